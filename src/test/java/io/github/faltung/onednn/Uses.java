package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Layer;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.convolution.Storage;
import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.Kernels;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** Makes and runs the {@link Subject}s. */
final class Uses {
    private static final int MB = 2;

    private Uses() {}

    private record Prepared(Layer layer, IntFunction<float[]> body) implements Subject.Use {
        @Override
        public float[] run(int extent) {
            return body.apply(extent);
        }

        @Override
        public void close() {
            layer.close();
        }
    }

    static Subject.Use convolution(Engine engine, ConvolutionDescriptor descriptor) {
        Convolution layer = layer(engine, descriptor);
        return new Prepared(layer, extent -> {
            var problem = new ConvolutionProblem(descriptor, src(descriptor.inputChannels(), extent));
            try (Tensor src = filled(descriptor.types().src(), problem.srcDims(), from(extent));
                    Tensor dst = filled(descriptor.types().dst(), problem.dstDims(), to(extent))) {
                layer.forward(src, dst);
                return dst.toFloatArray();
            }
        });
    }

    /** A layer whose weights are replaced, by the same, before each call. */
    static Subject.Use updated(Engine engine, ConvolutionDescriptor descriptor) {
        Convolution layer = layer(engine, descriptor);
        return new Prepared(layer, extent -> {
            var problem = new ConvolutionProblem(descriptor, src(descriptor.inputChannels(), extent));
            try (Tensor weights = filled(DataType.F32, descriptor.weightsDims(), Layout.CHANNELS_LAST);
                    Tensor bias = filled(DataType.F32, descriptor.biasDims(), Layout.CHANNELS_FIRST);
                    Tensor src = filled(DataType.F32, problem.srcDims(), from(extent));
                    Tensor dst = filled(DataType.F32, problem.dstDims(), to(extent))) {
                layer.updateWeights(weights, bias);
                layer.forward(src, dst);
                return dst.toFloatArray();
            }
        });
    }

    private static Convolution layer(Engine engine, ConvolutionDescriptor descriptor) {
        try (Tensor weights = filled(descriptor.types().weights(), descriptor.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor bias = filled(DataType.F32, descriptor.biasDims(), Layout.CHANNELS_FIRST)) {
            return engine.convolution(descriptor, weights, bias);
        }
    }

    static Subject.Use gradients(Engine engine, ConvolutionDescriptor descriptor) {
        ConvolutionGradients gradients = engine.gradients(descriptor);
        return new Prepared(gradients, extent -> {
            var problem = new ConvolutionProblem(descriptor, src(descriptor.inputChannels(), extent));
            try (Tensor src = filled(DataType.F32, problem.srcDims(), from(extent));
                    Tensor weights = filled(DataType.F32, descriptor.weightsDims(), Layout.CHANNELS_FIRST);
                    Tensor diffDst = filled(DataType.F32, problem.dstDims(), to(extent));
                    Tensor diffSrc = filled(DataType.F32, problem.srcDims(), to(extent));
                    Tensor diffWeights = filled(DataType.F32, descriptor.weightsDims(), Layout.CHANNELS_FIRST);
                    Tensor diffBias = filled(DataType.F32, descriptor.biasDims(), Layout.CHANNELS_FIRST)) {
                gradients.backwardData(weights, diffDst, diffSrc);
                gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
                return concat(diffSrc.toFloatArray(), diffWeights.toFloatArray(), diffBias.toFloatArray());
            }
        });
    }

    static Subject.Use pooling(Engine engine, PoolingDescriptor descriptor) {
        Pooling layer = engine.pooling(descriptor);
        return new Prepared(layer, extent -> {
            var problem = new PoolingProblem(descriptor, src(16, extent));
            try (Tensor src = filled(DataType.F32, problem.srcDims(), from(extent));
                    Tensor dst = filled(DataType.F32, problem.dstDims(), to(extent))) {
                layer.forward(src, dst);
                return dst.toFloatArray();
            }
        });
    }

    static Subject.Use deformable(Engine engine, DeformableDescriptor descriptor) {
        ConvolutionDescriptor convolution = descriptor.convolution();
        DeformableConvolution layer;
        try (Tensor weights = filled(DataType.F32, convolution.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor bias = filled(DataType.F32, convolution.biasDims(), Layout.CHANNELS_FIRST)) {
            layer = engine.deformable(descriptor, weights, bias);
        }
        return new Prepared(layer, extent -> {
            var problem = new DeformableProblem(descriptor, src(convolution.inputChannels(), extent));
            try (Tensor src = filled(DataType.F32, problem.srcDims(), from(extent));
                    Tensor offsets = filled(DataType.F32, problem.offsetsDims(), to(extent));
                    Tensor mask = filled(DataType.F32, problem.maskDims(), from(extent));
                    Tensor dst = filled(DataType.F32, problem.dstDims(), to(extent))) {
                layer.forward(src, offsets, extent % 2 == 0 ? mask : null, dst);
                return dst.toFloatArray();
            }
        });
    }

    static Subject.Use sequential(Engine engine, SequentialDescriptor chain) {
        var parameters = new ArrayList<Tensor>();
        Sequential layers;
        try {
            chain.parameterDims().forEach(dims -> parameters.add(filled(DataType.F32, dims, Layout.CHANNELS_FIRST)));
            layers = Sequential.prepare(engine, chain, parameters);
        } finally {
            parameters.forEach(Tensor::close);
        }
        return new Prepared(layers, extent -> {
            Dims dims = src((int) chain.parameterDims().get(0).get(1), extent);
            try (Tensor src = filled(DataType.F32, dims, from(extent));
                    Tensor dst = filled(DataType.F32, chain.dstDims(dims), to(extent))) {
                layers.forward(src, dst);
                return dst.toFloatArray();
            }
        });
    }

    /** The layer is what is closed, and closes its routines. */
    static Subject.Use routine(Engine engine, ConvolutionDescriptor descriptor) {
        Convolution layer = layer(engine, descriptor);
        var routines = new ConcurrentHashMap<Integer, Routine>();
        return new Prepared(layer, extent -> {
            Routine routine = routines.computeIfAbsent(extent, key -> engine.routine(program(layer, key)));
            try (Tensor src = filled(
                            DataType.F32, routine.program().source().part().dims(), from(extent));
                    Tensor dst = filled(
                            DataType.F32, routine.program().destination().part().dims(), to(extent))) {
                if (!routine.tryRun(src, dst)) {
                    throw new IllegalStateException("the routine is closed");
                }
                return dst.toFloatArray();
            }
        });
    }

    private static Program program(Convolution layer, int extent) {
        var problem = new ConvolutionProblem(
                layer.descriptor(), src(layer.descriptor().inputChannels(), extent));
        Storage from = Storage.source(DataType.F32, Part.dense(problem.srcDims(), from(extent)));
        Storage to = Storage.destination(DataType.F32, Part.dense(problem.dstDims(), to(extent)));
        var piece = new Program.Piece(List.of(new Program.Apply(layer, from.whole(), to.whole())));
        return new Program(problem, "as it is", from, to, List.of(piece), List.of());
    }

    static Subject.Use imageOperation(Engine engine) {
        ConvolutionOp operation =
                ConvolutionOp.with(Kernels.gaussian(1, 5)).engine(engine).build();
        return new Subject.Use() {
            @Override
            public float[] run(int extent) {
                var image = new BufferedImage(10 + extent, 8 + extent, BufferedImage.TYPE_3BYTE_BGR);
                byte[] samples = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = (byte) (i * 31 % 251);
                }
                BufferedImage filtered = operation.filter(image, null);
                return filtered.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (float[]) null);
            }

            @Override
            public void close() {
                // is freed with its engine
            }
        };
    }

    private static Dims src(int channels, int extent) {
        return Dims.of(MB, channels, extent, extent + 1L);
    }

    /** Layouts change from extent to extent, so that copies are needed or not. */
    private static Layout from(int extent) {
        return extent % 2 == 0 ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
    }

    private static Layout to(int extent) {
        return extent % 3 == 0 ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
    }

    /** Returns a tensor of small integers, which is the same every time. */
    private static Tensor filled(DataType type, Dims dims, Layout layout) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 7 % 5 - (type == DataType.U8 ? 0 : 2);
        }
        Tensor tensor = Tensor.allocate(type, dims, layout);
        try {
            tensor.copyFrom(values, Layout.CHANNELS_FIRST);
            return tensor;
        } catch (Throwable e) {
            tensor.close();
            throw e;
        }
    }

    private static float[] concat(float[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        float[] all = new float[length];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
