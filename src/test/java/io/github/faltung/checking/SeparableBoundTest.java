package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.SpatiallySeparable;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bound of two passes is the sum that its documentation says, by loops that have nothing in common with it. */
class SeparableBoundTest {
    private static final double ROUNDOFF = 0x1p-24;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;

    private final Engine reference = new ReferenceEngine();
    private final SplittableRandom random = new SplittableRandom(3);

    @AfterEach
    void close() {
        reference.close();
    }

    private Tensor random(Dims dims, double scale) {
        var values = new float[Math.toIntExact(dims.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextDouble(-1, 1));
        }
        return Tensor.of(values, dims);
    }

    @ParameterizedTest
    @CsvSource({
        // inputs, outputs, groups, rows and columns of the kernel, rank, with a bias
        "1, 1, 1, 3, 2, 1, false",
        "1, 1, 1, 2, 3, 2, true",
        "2, 3, 1, 3, 2, 2, true",
        "4, 6, 2, 2, 3, 2, true"
    })
    void compare_oneElementOff_isMeasuredByTheDocumentedSum(
            int inputs, int outputs, int groups, int kh, int kw, int rank, boolean hasBias) {
        ConvolutionDescriptor standard = ConvolutionDescriptor.conv2d(inputs, outputs)
                .groups(groups)
                .kernel(kh, kw)
                .build();
        var layer = new SpatiallySeparable(standard, rank);
        try (Tensor weights = random(standard.weightsDims(), 0.01);
                Tensor vertical = random(layer.vertical().weightsDims(), 2);
                Tensor horizontal = random(layer.horizontal().weightsDims(), 3);
                Tensor bias = random(standard.biasDims(), 50);
                Tensor src = random(Dims.of(2, inputs, HEIGHT, WIDTH), 7);
                Tensor dst = Tensor.allocate(new ConvolutionProblem(standard, src.dims()).dstDims());
                Convolution expected = reference.convolution(standard, weights, hasBias ? bias : null)) {
            Evaluation evaluation = CheckedEngine.evaluator(expected).evaluate(src, dst);
            var bound = new SeparableBound(layer, weights, vertical, horizontal, hasBias ? bias : null);
            for (int i = 0; i < evaluation.values().length; i++) {
                var found = new float[evaluation.values().length];
                for (int other = 0; other < found.length; other++) {
                    found[other] = (float) evaluation.values()[other];
                }
                found[i] += 1000;
                double off = Math.abs(found[i] - evaluation.values()[i]);

                Comparison comparison = bound.compare(reference, src, found);

                double own = gamma(evaluation.products()[i] + 1) * evaluation.magnitudes()[i];
                double wanted = own + documented(layer, weights, vertical, horizontal, hasBias ? bias : null, src, i);
                assertThat(off / comparison.worstRatio()).as("element %d", i).isCloseTo(wanted, within(1e-6 * wanted));
            }
        }
    }

    /** γ · (Σ|x|·Σ|v|·|h| + |bias|) + Σ|x|·|w − Σv·h| of one output. */
    private static double documented(
            SpatiallySeparable layer,
            Tensor weights,
            Tensor vertical,
            Tensor horizontal,
            @Nullable Tensor bias,
            Tensor src,
            int output) {
        ConvolutionDescriptor standard = layer.standard();
        int kh = standard.kernel().get(0);
        int kw = standard.kernel().get(1);
        int columns = WIDTH - kw + 1;
        int rows = HEIGHT - kh + 1;
        int outputs = standard.outputChannels();
        int inputs = standard.inputChannels() / standard.groups();
        int x = output % columns;
        int y = output / columns % rows;
        int oc = output / columns / rows % outputs;
        int image = output / columns / rows / outputs;
        int group = oc / (outputs / standard.groups());
        double spread = bias == null ? 0 : Math.abs(bias.get(oc));
        double missing = 0;
        for (int ic = 0; ic < inputs; ic++) {
            for (int i = 0; i < kh; i++) {
                for (int j = 0; j < kw; j++) {
                    double size = Math.abs(src.get(image, (long) group * inputs + ic, y + i, x + j));
                    double product = 0;
                    double magnitude = 0;
                    for (int pair = 0; pair < layer.rank(); pair++) {
                        double v = vertical.get((long) group * layer.rank() + pair, ic, i, 0);
                        double h = horizontal.get(oc, pair, 0, j);
                        product += v * h;
                        magnitude += Math.abs(v * h);
                    }
                    spread += size * magnitude;
                    missing += size * Math.abs(weights.get(oc, ic, i, j) - product);
                }
            }
        }
        return gamma((long) inputs * kh + (long) layer.rank() * kw + 1) * spread + missing;
    }

    private static double gamma(long roundings) {
        return roundings * ROUNDOFF / (1 - roundings * ROUNDOFF);
    }
}
