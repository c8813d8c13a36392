package io.github.faltung.benchmarks.extra.dl4j;

import io.github.faltung.benchmarks.peer.Refusal;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * Says a layer in libnd4j's operations: {@code conv2d}, {@code depthwise_conv2d}, {@code deconv2d}, {@code conv3dnew}. Their numbers are
 * kernel, stride, padding and dilation of each axis, then 0 for explicit padding and 0 for channels first; weights are {@code [k…, a, b]}.
 */
record Operations(LayerWorkload workload) {
    private static final AxisGeometry FLAT = new AxisGeometry(1, 1, 1, 1, 1, 1, 0, 0);
    private static final int VOLUME = 3;

    DynamicCustomOp of(INDArray src, INDArray dst) {
        return DynamicCustomOp.builder(name())
                .addInputs(src, weights())
                .addOutputs(dst)
                .addIntegerArguments(numbers())
                .build();
    }

    private String name() {
        ConvolutionDescriptor layer = layer();
        boolean volume = layer.spatialRank() == VOLUME;
        if (layer.groups() == 1) {
            return layer.transposed() ? (volume ? "deconv3d" : "deconv2d") : (volume ? "conv3dnew" : "conv2d");
        }
        if (!layer.transposed() && !volume && layer.groups() == layer.inputChannels()) {
            return "depthwise_conv2d";
        }
        throw new Refusal("ND4J has no groups but those of a depthwise layer of two axes");
    }

    private List<AxisGeometry> axes() {
        var axes = new ArrayList<AxisGeometry>();
        if (layer().spatialRank() == 1) {
            axes.add(FLAT);
        }
        axes.addAll(workload.problem().axes());
        return axes;
    }

    private int[] numbers() {
        var numbers = new ArrayList<Long>();
        axes().forEach(axis -> numbers.add((long) axis.kernel()));
        axes().forEach(axis -> numbers.add((long) axis.stride()));
        axes().forEach(axis -> numbers.add(axis.paddingL()));
        axes().forEach(axis -> numbers.add((long) axis.dilation()));
        numbers.addAll(List.of(0L, 0L));
        return numbers.stream().mapToInt(Math::toIntExact).toArray();
    }

    private INDArray weights() {
        Dims dims = layer().weightsDims();
        var shape = new ArrayList<Long>();
        axes().forEach(axis -> shape.add((long) axis.kernel()));
        boolean depthwise = layer().groups() > 1;
        shape.add(depthwise ? (long) layer().inputChannels() : dims.get(1));
        shape.add(depthwise ? (long) layer().outputChannels() / layer().inputChannels() : dims.get(0));
        try (Tensor tensor = Tensor.of(workload.weights(), dims)) {
            return Dl4jLayer.array(
                    tensor.toFloatArray(Layout.SPATIAL_FIRST),
                    shape.stream().mapToLong(Long::longValue).toArray());
        }
    }

    private ConvolutionDescriptor layer() {
        return workload.problem().descriptor();
    }
}
