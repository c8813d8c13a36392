package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Gradients of short types are rounded once. */
class ReferenceGradientsTest {
    /** 2⁻⁸ is half a step of bf16 at 1, and 2⁻³⁰ is lost in f32: rounded there first, the sum would be a tie that goes to 1. */
    private static final float[] TERMS = {1, 0x1p-8f, 0x1p-30f};

    private static final float ROUNDED = 1 + 0x1p-7f;

    private static Tensor bf16(Dims dims, float... values) {
        Tensor tensor = Tensor.allocate(DataType.BF16, dims, Layout.CHANNELS_FIRST);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    @Test
    void backwardData_sumNextToATie_isRoundedOnce() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 3)
                .dataTypes(DataType.BF16, DataType.BF16, DataType.BF16)
                .build();
        try (Engine engine = new ReferenceEngine();
                ConvolutionGradients gradients = engine.gradients(layer);
                Tensor weights = bf16(layer.weightsDims(), 1, 1, 1);
                Tensor diffDst = bf16(Dims.of(1, 3, 1), TERMS);
                Tensor diffSrc = bf16(Dims.of(1, 1, 1), 0)) {
            gradients.backwardData(weights, diffDst, diffSrc);

            assertThat(diffSrc.toFloatArray()).containsExactly(ROUNDED);
        }
    }

    @Test
    void backwardWeights_sumNextToATie_isRoundedOnceToWhatIsAskedFor() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 1)
                .dataTypes(DataType.BF16, DataType.BF16, DataType.BF16)
                .build();
        try (Engine engine = new ReferenceEngine();
                ConvolutionGradients gradients = engine.gradients(layer);
                Tensor src = bf16(Dims.of(1, 1, 3), 1, 1, 1);
                Tensor diffDst = bf16(Dims.of(1, 1, 3), TERMS);
                Tensor rounded = bf16(layer.weightsDims(), 0);
                Tensor inF32 = Tensor.allocate(layer.weightsDims());
                Tensor diffBias = Tensor.allocate(layer.biasDims())) {
            gradients.backwardWeights(src, diffDst, rounded, diffBias);
            gradients.backwardWeights(src, diffDst, inF32, null);

            assertThat(rounded.toFloatArray()).containsExactly(ROUNDED);
            assertThat(inF32.toFloatArray()).containsExactly(1 + 0x1p-8f);
            assertThat(diffBias.toFloatArray()).containsExactly(1 + 0x1p-8f);
        }
    }
}
