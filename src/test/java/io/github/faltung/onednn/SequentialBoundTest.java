package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.checking.ChainBound;
import io.github.faltung.checking.ChainFill;
import io.github.faltung.checking.Comparison;
import io.github.faltung.convolution.Chains;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains of real numbers stay within the bound that their layers' bounds add up to. */
@Tag("native")
class SequentialBoundTest {
    private static final long SEED = 20260813;

    static Stream<Arguments> chains() {
        return Stream.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)
                .flatMap(layout -> Stream.of(
                        Arguments.of(Chains.leNet(), Dims.of(2, 1, 32, 32), layout),
                        Arguments.of(Chains.leNet(PoolingDescriptor.Kind.MAX), Dims.of(2, 1, 32, 32), layout),
                        Arguments.of(Chains.leNet(PoolingDescriptor.Kind.AVERAGE), Dims.of(2, 1, 32, 32), layout),
                        Arguments.of(Chains.mobileNetV2(), Dims.of(2, 8, 28, 27), layout),
                        Arguments.of(Chains.uNet(), Dims.of(1, 2, 32, 24), layout),
                        Arguments.of(Chains.copies(), Dims.of(2, 3, 15, 16), layout)));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void forward_realNumbers_staysWithinTheBound(SequentialDescriptor chain, Dims dims, Layout layout) {
        List<Tensor> parameters = ChainFill.parameters(chain, SEED);
        var random = new Random(SEED);
        var pixels = new float[(int) dims.elements()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Sequential layers = Sequential.prepare(engine, chain, parameters);
                Tensor src = Tensor.allocate(DataType.F32, dims, layout)) {
            src.copyFrom(pixels, Layout.CHANNELS_FIRST);
            try (Tensor dst = layers.forward(src)) {
                float[] found = dst.toFloatArray();
                Comparison comparison = new ChainBound(chain, parameters).compare(reference, src, found);
                assertThat(comparison.isMatch())
                        .as("%s %s, seed %s: %s", chain, layout, SEED, comparison)
                        .isTrue();
                // Rounded otherwise than the reference somewhere: the comparison was not of a thing with itself.
                assertThat(comparison.worstRatio()).isPositive();
                found[found.length / 2] += 0.01f;
                assertThat(new ChainBound(chain, parameters)
                                .compare(reference, src, found)
                                .mismatches())
                        .isOne();
            }
        } finally {
            parameters.forEach(Tensor::close);
        }
    }
}
