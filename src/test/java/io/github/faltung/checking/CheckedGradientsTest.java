package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrong element of any gradient is found, and right ones pass. */
class CheckedGradientsTest {
    private static final DataType F32 = DataType.F32;

    private ConvolutionDescriptor layer =
            ConvolutionDescriptor.conv1d(2, 3).kernel(2).build();

    @ParameterizedTest
    @ValueSource(strings = {"diffSrc", "diffWeights", "diffBias"})
    void gradients_oneWrongElement_isFoundByName(String wrong) {
        assertThatThrownBy(() -> run(wrong, CheckOptions.defaults()))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining("wrong " + wrong + " is wrong: 1 of ");
        assertThatThrownBy(() -> run(wrong, CheckOptions.defaults().withExact()))
                .isInstanceOf(MismatchException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "bf16, diffSrc",
        "bf16, diffWeights",
        "bf16:bf16:f32, diffSrc",
        "f16, diffBias",
        "f16:f16:f32, diffWeights"
    })
    void gradients_oneWrongElementOfAShortType_isFoundByName(String types, String wrong) {
        layer = layer.withTypes(LayerTypes.parse(types), Quantization.NONE);
        gradients_oneWrongElement_isFoundByName(wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "bf16", "bf16:bf16:f32", "f16", "f16:f16:f32"})
    void gradients_right_pass(String types) {
        layer = layer.withTypes(LayerTypes.parse(types), Quantization.NONE);
        assertThatCode(() -> run("", CheckOptions.defaults())).doesNotThrowAnyException();
        assertThatCode(() -> run("", CheckOptions.defaults().withExact())).doesNotThrowAnyException();
    }

    @Test
    void gradients_callThatIsNotChecked_passes() {
        try (Engine wrong = new FaultyGradients("diffSrc", 0);
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(
                        wrong, reference, CheckOptions.defaults().withEveryNth(2));
                ConvolutionGradients gradients = checked.gradients(layer);
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Tensor src = Tensor.allocate(Dims.of(1, 2, 4));
                Tensor dst = Tensor.allocate(Dims.of(1, 3, 3))) {
            assertThatThrownBy(() -> gradients.backwardData(weights, dst, src)).isInstanceOf(MismatchException.class);
            assertThatCode(() -> gradients.backwardData(weights, dst, src)).doesNotThrowAnyException();
        }
    }

    private void run(String wrong, CheckOptions options) {
        try (Engine engine = new FaultyGradients(wrong, 0);
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(engine, reference, options);
                ConvolutionGradients gradients = checked.gradients(layer);
                Tensor weights = tensor(layer.types().weights(), layer.weightsDims());
                Tensor diffWeights = tensor(layer.types().weights(), layer.weightsDims());
                Tensor unrounded = tensor(F32, layer.weightsDims());
                Tensor bias = tensor(F32, layer.biasDims());
                Tensor src = tensor(layer.types().src(), Dims.of(1, 2, 4));
                Tensor dst = tensor(layer.types().dst(), Dims.of(1, 3, 3))) {
            dst.set(2, 0, 0, 0);
            gradients.backwardData(weights, dst, src);
            gradients.backwardWeights(src, dst, diffWeights, null);
            gradients.backwardWeights(src, dst, diffWeights, bias);
            gradients.backwardWeights(src, dst, unrounded, bias);
        }
    }

    private static Tensor tensor(DataType type, Dims dims) {
        return Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
    }
}
