package io.github.faltung;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A layer of every kind and type with fixed sources, to run on any engine: of each the outputs. */
final class LayerKinds {
    private static final int SEED = 9;

    private LayerKinds() {}

    /** Returns what runs each kind once, by its name; a layer is made, run, and closed. */
    static Map<String, Function<Engine, float[]>> all() {
        var all = new LinkedHashMap<String, Function<Engine, float[]>>();
        for (String line : List.of(
                "conv mb2ic16ih13oc24kh3ph1",
                "conv ic3ih20iw40oc4kh5kw5ph2pw2 --attr-post-ops=gelu_tanh",
                "conv g8ic24ih13oc24kh3ph1",
                "conv g32ic32ih15oc32kh3ph1sh2",
                "conv ic8ih17oc8kh3dh2ph3",
                "conv ic4id6ih7iw8oc6kd3kh3kw3pd1ph1pw1",
                "deconv ic16ih9oc8kh4sh2ph1")) {
            ConvolutionProblem problem = ConvolutionProblem.parse(line);
            all.put(line, engine -> convolve(engine, problem));
            all.put("gradients " + line, engine -> differentiate(engine, problem));
        }
        ConvolutionProblem plain = ConvolutionProblem.parse("conv mb2ic16ih13oc24kh3ph1");
        for (LayerTypes types : List.of(
                new LayerTypes(DataType.BF16, DataType.BF16, DataType.BF16),
                new LayerTypes(DataType.F16, DataType.F16, DataType.F16),
                new LayerTypes(DataType.U8, DataType.S8, DataType.S32))) {
            var problem = new ConvolutionProblem(
                    plain.descriptor().withTypes(types, plain.descriptor().quantization()), plain.srcDims());
            all.put(problem.toString(), engine -> convolve(engine, problem));
        }
        for (String line : List.of("pool ic16ih14kh3sh2ph1", "pool ic5ih14kh3sh2ph1 --alg=avg_p")) {
            all.put(line, engine -> pool(engine, PoolingProblem.parse(line)));
        }
        all.put("deformable", LayerKinds::deform);
        return all;
    }

    private static float[] convolve(Engine engine, ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        try (Tensor weights = filled(layer.types().weights(), layer.weightsDims());
                Tensor src = filled(layer.types().src(), problem.srcDims());
                Convolution conv = engine.convolution(layer, weights);
                Tensor dst = conv.forward(src)) {
            return dst.toFloatArray();
        }
    }

    private static float[] differentiate(Engine engine, ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor().withPostOps(List.of());
        try (Tensor weights = filled(DataType.F32, layer.weightsDims());
                Tensor src = filled(DataType.F32, problem.srcDims());
                Tensor diffDst = filled(DataType.F32, problem.dstDims());
                Tensor diffSrc = Tensor.allocate(problem.srcDims());
                Tensor diffWeights = Tensor.allocate(layer.weightsDims());
                Tensor diffBias = Tensor.allocate(layer.biasDims());
                ConvolutionGradients gradients = engine.gradients(layer)) {
            gradients.backwardData(weights, diffDst, diffSrc);
            gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
            return joined(diffSrc.toFloatArray(), diffWeights.toFloatArray(), diffBias.toFloatArray());
        }
    }

    private static float[] pool(Engine engine, PoolingProblem problem) {
        try (Tensor src = filled(DataType.F32, problem.srcDims());
                Pooling pooling = engine.pooling(problem.descriptor());
                Tensor dst = pooling.forward(src)) {
            return dst.toFloatArray();
        }
    }

    private static float[] deform(Engine engine) {
        DeformableDescriptor layer =
                DeformableDescriptor.deformable2d(8, 8).kernel(3).padding(1).build();
        var problem = new DeformableProblem(layer, Dims.of(2, 8, 15, 17));
        try (Tensor weights = filled(DataType.F32, layer.convolution().weightsDims());
                Tensor src = filled(DataType.F32, problem.srcDims());
                Tensor offsets = filled(DataType.F32, problem.offsetsDims());
                DeformableConvolution conv = engine.deformable(layer, weights, null);
                Tensor dst = conv.forward(src, offsets, null)) {
            return dst.toFloatArray();
        }
    }

    /** Sevenths of small integers, whose sums depend on the order; of integer types the integers. */
    private static Tensor filled(DataType type, Dims dims) {
        float[] values = new RandomProblems(SEED).integers(dims.elements(), 5);
        for (int i = 0; i < values.length; i++) {
            values[i] = type == DataType.U8 ? Math.abs(values[i]) : type == DataType.S8 ? values[i] : values[i] / 7;
        }
        Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    private static float[] joined(float[]... parts) {
        var all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int position = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, position, part.length);
            position += part.length;
        }
        return all;
    }
}
