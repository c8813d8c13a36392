package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSumsTest {
    private static final int WHITE = 255;

    private static final double DOWN = 0;
    private static final double NEAREST = 0.5;

    /** Of a processor on which 8-bit products are no faster. */
    private static final SumCosts FLOATS = new SumCosts(1, 1);

    private static ByteSums of(String kernel) {
        return ByteSums.of(NamedKernel.of(kernel).flipped(), DOWN, FLOATS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sobel-x", "laplacian-8", "emboss", "binomial", "binomial:size=5", "identity"})
    void of_wholeNumbersOrSixteenths_isExactAndUnscaled(String kernel) {
        assertThat(of(kernel).bound()).isZero();
        assertThat(of(kernel).scale()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 9, 11, 31})
    void of_means_isExactForEverySum(int size) {
        float weight = 1f / (size * size);
        for (double half : List.of(DOWN, NEAREST)) {
            ByteSums sums = ByteSums.of(Kernels.box(size), half, FLOATS);
            assertThat(sums.bound()).isZero();
            assertThat(sums.scale()).isEqualTo(weight);
            for (int sum = 0; sum <= WHITE * size * size; sum++) {
                double right = Math.min(WHITE, Math.floor(sum * (double) weight + half));
                float made = (float) sums.scale() * sum + (float) sums.shift();
                assertThat((int) Math.max(0, Math.rint(made)))
                        .as("%d of %d", sum, size)
                        .isEqualTo((int) right);
            }
        }
    }

    @Test
    void of_thirdsAndNinths_thatAreNoMultiplesInF32_isNotTakenForExact() {
        float ninth = 1f / 9;
        float third = 1f / 3;
        assertThat(third % ninth).isNotZero();
        assertThat(ByteSums.of(ImageKernel.of(2, 1, ninth, third), DOWN, FLOATS).bound())
                .isPositive();
    }

    @Test
    void of_gaussians_isAColumnAndARow_ofTighterBound() {
        ImageKernel kernel = Kernels.gaussian(5, 31);
        ByteSums sums = ByteSums.of(kernel, DOWN, FLOATS);
        assertThat(sums.terms()).hasSize(1);
        List<BytePass> passes = ((ByteTerm.Passes) sums.terms().get(0)).passes();
        assertThat(passes).extracting(BytePass::height).containsExactly(31, 1);
        assertThat(passes).extracting(BytePass::width).containsExactly(1, 31);
        assertThat(sums.bound()).isPositive().isLessThan(ofAllProducts(kernel) / 2);
    }

    /** A wide Gaussian less a narrow one. */
    @Test
    void of_differenceOfGaussians_isTwoColumnsAndRows() {
        ByteSums sums = of("dog:sigma=5,size=31");
        assertThat(sums.terms()).hasSizeBetween(2, 3);
        assertThat(sums.bound()).isPositive().isLessThan(0x1p-8);
    }

    /** Its rows are of two kinds. */
    @Test
    void of_meanOverAPlus_isExactColumnsTimesRows() {
        int size = 31;
        var weights = new float[size * size];
        for (int i = 0; i < weights.length; i++) {
            boolean isInside = Math.abs(i % size - size / 2) < 3 || Math.abs(i / size - size / 2) < 3;
            weights[i] = isInside ? 1 / 285f : 0;
        }
        ByteSums sums = ByteSums.of(ImageKernel.of(size, size, weights), DOWN, FLOATS);
        assertThat(sums.bound()).isZero();
        assertThat(sums.terms()).hasSize(2);
        var together = new double[weights.length];
        for (ByteTerm term : sums.terms()) {
            float[] column = ((ByteTerm.Passes) term).passes().get(0).weights();
            float[] row = ((ByteTerm.Passes) term).passes().get(1).weights();
            for (int i = 0; i < together.length; i++) {
                together[i] += (double) column[i / size] * row[i % size];
            }
        }
        for (int i = 0; i < together.length; i++) {
            assertThat(together[i]).isEqualTo(weights[i] == 0 ? 0 : 1);
        }
    }

    /** γ of as many roundings as there are products, of sums of at most white. */
    private static double ofAllProducts(ImageKernel kernel) {
        return kernel.weights().length * 0x1p-24 * WHITE * kernel.sum();
    }

    /** The bound holds for sums in the order of the passes, and within a pass in any. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gaussian:sigma=2,size=11",
                "gaussian:sigma=5,size=31",
                "gabor:size=21",
                "gabor:size=31",
                "log",
                "unsharp"
            })
    void bound_holdsForF32SumsInAnyOrder(String name) {
        ImageKernel kernel = NamedKernel.of(name);
        ByteSums sums = ByteSums.of(kernel, DOWN, FLOATS);
        var random = new Random(3);
        double worst = 0;
        for (int run = 0; run < 200; run++) {
            var samples = new float[kernel.height() * kernel.width()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = run == 0 ? WHITE : random.nextInt(WHITE + 1);
            }
            double exact = 0;
            for (int i = 0; i < samples.length; i++) {
                exact += (double) kernel.weights()[i] * samples[i];
            }
            float made = sum(sums, samples, random);
            double off = Math.abs(made - exact);
            assertThat(off).isLessThanOrEqualTo(sums.error().of(made));
            worst = Math.max(worst, off);
        }
        assertThat(worst).isPositive().isLessThan(sums.bound());
    }

    private static float sum(ByteSums sums, float[] samples, Random random) {
        float sum = 0;
        for (ByteTerm term : sums.terms()) {
            sum += sum(((ByteTerm.Passes) term).passes(), samples, random);
        }
        return sum;
    }

    private static float sum(List<BytePass> passes, float[] samples, Random random) {
        BytePass first = passes.get(0);
        if (passes.size() == 1) {
            return dot(first.weights(), samples, random);
        }
        int width = passes.get(1).width();
        var between = new float[width];
        for (int x = 0; x < width; x++) {
            var column = new float[first.height()];
            for (int y = 0; y < column.length; y++) {
                column[y] = samples[y * width + x];
            }
            between[x] = dot(first.weights(), column, random);
        }
        return dot(passes.get(1).weights(), between, random);
    }

    private static float dot(float[] weights, float[] samples, Random random) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < weights.length; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        float sum = 0;
        for (int i : order) {
            sum += weights[i] * samples[i];
        }
        return sum;
    }
}
