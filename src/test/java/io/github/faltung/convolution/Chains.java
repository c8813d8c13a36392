package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Chains in the shapes of well-known nets, whose values stay small integers where source and parameters are. */
public final class Chains {
    private static final PostOp RELU6 = PostOp.clip(0, 6);

    private Chains() {}

    /** LeNet-5 (LeCun and others, 1998), its subsampling as the strided depthwise layers that it is, its dense layers as 1×1. */
    public static SequentialDescriptor leNet() {
        return SequentialDescriptor.of(
                Link.withBias(conv2d(1, 6).kernel(5).postOps(RELU6).build()),
                Link.withBias(conv2d(6, 6)
                        .depthwise()
                        .kernel(2)
                        .stride(2)
                        .postOps(RELU6)
                        .build()),
                Link.withBias(conv2d(6, 16).kernel(5).postOps(RELU6).build()),
                Link.withBias(conv2d(16, 16)
                        .depthwise()
                        .kernel(2)
                        .stride(2)
                        .postOps(RELU6)
                        .build()),
                Link.withBias(conv2d(16, 120).kernel(5).postOps(RELU6).build()),
                Link.withBias(conv2d(120, 84).postOps(RELU6).build()),
                Link.withBias(conv2d(84, 10).build()));
    }

    /** The same with its subsampling as the pooling that later nets made of it. */
    public static SequentialDescriptor leNet(PoolingDescriptor.Kind kind) {
        var builder = kind == PoolingDescriptor.Kind.MAX ? PoolingDescriptor.max2d() : PoolingDescriptor.average2d();
        Link pooling = Link.of(builder.kernel(2).stride(2).build());
        return SequentialDescriptor.of(
                Link.withBias(conv2d(1, 6).kernel(5).postOps(RELU6).build()),
                pooling,
                Link.withBias(conv2d(6, 16).kernel(5).postOps(RELU6).build()),
                pooling,
                Link.withBias(conv2d(16, 120).kernel(5).postOps(RELU6).build()),
                Link.withBias(conv2d(120, 84).postOps(RELU6).build()),
                Link.withBias(conv2d(84, 10).build()));
    }

    /** Two inverted residuals (Sandler and others, 2018, figure 4), the first one's source being the chain's. */
    public static SequentialDescriptor mobileNetV2() {
        SequentialDescriptor block = SequentialDescriptor.of(
                        Link.withBias(conv2d(8, 48).postOps(RELU6).build()),
                        Link.withBias(conv2d(48, 48)
                                .depthwise()
                                .kernel(3)
                                .padding(1)
                                .postOps(RELU6)
                                .build()))
                .thenAdding(0, Link.withBias(conv2d(48, 8).postOps(PostOp.sum()).build()));
        return block.then(block);
    }

    /** Down twice, up twice by transposed layers, the skips as sums (Ronneberger and others, 2015, concatenate). */
    public static SequentialDescriptor uNet() {
        return SequentialDescriptor.of(
                        Link.of(conv2d(2, 4).kernel(3).padding(1).postOps(RELU6).build()),
                        Link.of(conv2d(4, 8)
                                .kernel(3)
                                .stride(2)
                                .padding(1)
                                .postOps(RELU6)
                                .build()),
                        Link.of(conv2d(8, 16)
                                .kernel(3)
                                .stride(2)
                                .padding(1)
                                .postOps(RELU6)
                                .build()))
                .thenAdding(
                        2,
                        Link.of(transposed2d(16, 8)
                                .kernel(2)
                                .stride(2)
                                .postOps(PostOp.sum(), RELU6)
                                .build()))
                .then(Link.of(conv2d(8, 8).kernel(3).padding(1).postOps(RELU6).build()))
                .thenAdding(
                        1,
                        Link.of(transposed2d(8, 4)
                                .kernel(2)
                                .stride(2)
                                .postOps(PostOp.sum(), RELU6)
                                .build()))
                .then(Link.of(conv2d(4, 1).build()));
    }

    /** Skips that can't be added in place: of the source, of a layer's own source, and of a value that is read again. */
    public static SequentialDescriptor copies() {
        Link layer = Link.of(conv2d(3, 3).kernel(3).padding(1).postOps(RELU6).build());
        Link adding = Link.of(conv2d(3, 3).postOps(PostOp.sum(), RELU6).build());
        return SequentialDescriptor.of(layer)
                .thenAdding(0, adding)
                .thenAdding(2, adding)
                .thenAdding(1, adding)
                .then(layer)
                .thenAdding(1, adding)
                .thenAdding(0, adding);
    }

    /** Returns tensors of small integers for a chain; the caller closes them. */
    public static List<Tensor> integers(SequentialDescriptor chain, RandomProblems random) {
        var tensors = new ArrayList<Tensor>();
        for (Dims dims : chain.parameterDims()) {
            tensors.add(Tensor.of(random.integers(dims.elements(), 2), dims));
        }
        return tensors;
    }

    /** Computes a chain layer by layer with {@link Scatter} and {@link PaddedWindows}. */
    public static float[] scatter(SequentialDescriptor chain, List<Tensor> parameters, float[] src, Dims srcDims) {
        var values = new ArrayList<>(List.of(src));
        List<Dims> dims = chain.valueDims(srcDims);
        int next = 0;
        for (int i = 0; i < chain.links().size(); i++) {
            if (chain.links().get(i) instanceof PoolingLink pooling) {
                values.add(pooled(pooling.layer(), values.get(i), dims.get(i)));
                continue;
            }
            var link = (ConvolutionLink) chain.links().get(i);
            float[] weights = parameters.get(next++).toFloatArray();
            float[] bias = link.hasBias() ? parameters.get(next++).toFloatArray() : null;
            float[] previous = link.readsDestination()
                    ? values.get(chain.skips().get(i))
                    : new float[Math.toIntExact(dims.get(i + 1).elements())];
            values.add(Scatter.forward(
                    new ConvolutionProblem(link.layer(), dims.get(i)), values.get(i), weights, bias, previous));
        }
        return unsignedZeros(values.get(values.size() - 1));
    }

    /** The witness takes integers; means of four, twice, are sixteenths. */
    private static float[] pooled(PoolingDescriptor layer, float[] src, Dims srcDims) {
        float[] sixteenths = src.clone();
        for (int i = 0; i < src.length; i++) {
            sixteenths[i] *= 16;
        }
        PaddedWindows.Window[] windows = new PaddedWindows(layer, srcDims).over(sixteenths);
        var dst = new float[windows.length];
        for (int i = 0; i < dst.length; i++) {
            boolean isMax = layer.kind() == PoolingDescriptor.Kind.MAX;
            double value = isMax ? windows[i].max() : (double) windows[i].sum() / windows[i].divisor();
            dst[i] = (float) (value / 16);
        }
        return dst;
    }

    /** Makes each −0 a 0, which == does not tell apart and assertions on arrays do. */
    public static float[] unsignedZeros(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f;
        }
        return values;
    }
}
