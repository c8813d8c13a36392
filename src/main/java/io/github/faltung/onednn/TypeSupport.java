package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What this machine does for layers of each type, found by asking for the commonest one, 3×3 on 64 channels.
 *
 * @param types of the layer
 * @param implementation oneDNN's name of the code that runs
 * @param isInF32 whether source and destination have to be converted for it: slower than an f32 layer
 */
record TypeSupport(LayerTypes types, String implementation, boolean isInF32) {
    private static final ConvolutionDescriptor COMMON =
            ConvolutionDescriptor.conv2d(64, 64).kernel(3).padding(1).build();

    /** So large that sums of two products don't fit 16 bits. */
    private static final float LARGE = 100;

    private static final List<LayerTypes> ASKED_FOR = List.of(
            LayerTypes.ALL_F32,
            LayerTypes.all(DataType.BF16),
            LayerTypes.all(DataType.F16),
            new LayerTypes(DataType.U8, DataType.S8, DataType.S32),
            new LayerTypes(DataType.S8, DataType.S8, DataType.S32));

    static List<TypeSupport> of(Engine engine) {
        return ASKED_FOR.stream().map(types -> of(engine, types)).toList();
    }

    private static TypeSupport of(Engine engine, LayerTypes types) {
        ConvolutionDescriptor layer = COMMON.withTypes(types, Quantization.NONE);
        try (Tensor weights = Tensor.allocate(types.weights(), layer.weightsDims(), Layout.CHANNELS_FIRST)) {
            var values = new float[Math.toIntExact(layer.weightsDims().elements())];
            Arrays.fill(values, LARGE);
            weights.copyFrom(values, Layout.CHANNELS_FIRST);
            return of(engine, layer, weights);
        }
    }

    private static TypeSupport of(Engine engine, ConvolutionDescriptor layer, Tensor weights) {
        LayerTypes types = layer.types();
        try (Convolution conv = engine.convolution(layer, weights)) {
            Explanation explanation = conv.explain(Dims.of(1, 64, 56, 56), Layout.CHANNELS_LAST);
            boolean inF32 = !types.isAllF32() && explanation.formulation().contains(Arithmetic.IN_F32.toString());
            return new TypeSupport(types, explanation.implementation(), inF32);
        }
    }

    /** Returns such as {@code f16: brg_conv_fwd:avx512_core, slow: converted to f32 and back}. */
    @Override
    public String toString() {
        return types + ": " + implementation + (isInF32 ? ", slow: converted to f32 and back" : "");
    }
}
