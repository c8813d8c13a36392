package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** im2col is an engine like any other. */
class Im2colWitnessTest implements EngineContract {
    @Override
    public Engine open() {
        return new Im2colWitness();
    }

    @Test
    void forward_columnsTooLarge_isRefusedWithNumbers() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv2d(1, 1).kernel(64).padding(32).build();
        try (Engine engine = open();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Tensor src = Tensor.allocate(Dims.of(1, 1, 64, 64));
                Convolution conv = engine.convolution(layer, weights)) {
            assertThatThrownBy(() -> conv.forward(src))
                    .isInstanceOf(UnsupportedConvolutionException.class)
                    .hasMessageContainingAll("2^24", "17305600", "kh64");
        }
    }
}
