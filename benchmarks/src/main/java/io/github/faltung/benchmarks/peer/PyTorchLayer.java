package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A layer on PyTorch through its presets, in inference mode. Each call makes the output's tensor: its API has no other way. Weights are
 * packed within each call, if at all.
 */
public final class PyTorchLayer implements Prepared {
    private final InferenceMode inference = new InferenceMode();
    private final ConvolutionProblem problem;
    private final boolean channelsLast;
    private final Tensor src;
    private final Tensor weights;
    private final TensorOptional noBias = new TensorOptional();
    private final LongArrayRef strides;
    private final LongArrayRef padding;
    private final LongArrayRef dilation;
    private final LongArrayRef outputPadding;
    private final List<LongPointer> referred = new ArrayList<>(); // an array reference does not keep its array alive
    private Tensor dst = new Tensor();

    /**
     * Makes it ready.
     *
     * @param channelsLast whether source and weights are in PyTorch's memory format of that name, and so the output
     */
    public PyTorchLayer(LayerWorkload workload, int threads, boolean channelsLast) {
        problem = workload.problem();
        this.channelsLast = channelsLast;
        if (channelsLast && problem.descriptor().spatialRank() == 1) {
            throw new Refusal("PyTorch has channels last for two and three axes only");
        }
        torch.set_num_threads(threads);
        strides = axes(AxisGeometry::stride);
        dilation = axes(AxisGeometry::dilation);
        padding = axes(AxisGeometry::paddingL);
        outputPadding = axes(this::outputPadding);
        src = tensor(workload.src(), problem.srcDims());
        weights = tensor(workload.weights(), problem.descriptor().weightsDims());
    }

    /** Returns the output padding; PyTorch pads both sides alike. */
    private long outputPadding(AxisGeometry axis) {
        if (problem.descriptor().transposed()) {
            long without = (axis.src() - 1) * axis.stride() - 2 * axis.paddingL() + axis.extent();
            long more = axis.dst() - without;
            if (more < 0 || more >= Math.max(axis.stride(), axis.dilation())) {
                throw new Refusal("PyTorch pads both sides alike");
            }
            return more;
        }
        long dst = Math.floorDiv(axis.src() + 2 * axis.paddingL() - axis.extent(), axis.stride()) + 1;
        if (dst != axis.dst()) {
            throw new Refusal("PyTorch pads both sides alike");
        }
        return 0;
    }

    private LongArrayRef axes(ToLongFunction<AxisGeometry> number) {
        long[] values = problem.axes().stream().mapToLong(number).toArray();
        var pointer = new LongPointer(values);
        referred.add(pointer);
        return new LongArrayRef(pointer, values.length);
    }

    private Tensor tensor(float[] values, Dims dims) {
        try (var data = new FloatPointer(values);
                Tensor view = torch.from_blob(data, dims.toArray());
                Tensor copy = view.clone()) {
            return channelsLast ? copy.contiguous(format()) : copy.contiguous();
        }
    }

    private torch.MemoryFormat format() {
        return problem.descriptor().spatialRank() == 2
                ? torch.MemoryFormat.ChannelsLast
                : torch.MemoryFormat.ChannelsLast3d;
    }

    @Override
    public void run() {
        dst.close();
        dst = problem.descriptor().transposed() ? transposed() : regular();
    }

    private Tensor regular() {
        ConvolutionDescriptor layer = problem.descriptor();
        return switch (layer.spatialRank()) {
            case 1 -> torch.conv1d(src, weights, noBias, strides, padding, dilation, layer.groups());
            case 2 -> torch.conv2d(src, weights, noBias, strides, padding, dilation, layer.groups());
            default -> torch.conv3d(src, weights, noBias, strides, padding, dilation, layer.groups());
        };
    }

    private Tensor transposed() {
        int groups = problem.descriptor().groups();
        return switch (problem.descriptor().spatialRank()) {
            case 1 -> torch.conv_transpose1d(src, weights, noBias, strides, padding, outputPadding, groups, dilation);
            case 2 -> torch.conv_transpose2d(src, weights, noBias, strides, padding, outputPadding, groups, dilation);
            default -> torch.conv_transpose3d(src, weights, noBias, strides, padding, outputPadding, groups, dilation);
        };
    }

    @Override
    public float[] output() {
        var values = new float[Math.toIntExact(problem.dstDims().elements())];
        try (Tensor plain = dst.contiguous()) {
            new FloatPointer(plain.data_ptr_float()).get(values);
        }
        return values;
    }

    @Override
    public How how() {
        return How.named("PyTorch" + (channelsLast ? " channels last" : " nchw"));
    }

    @Override
    public void close() {
        dst.close();
        src.close();
        weights.close();
        inference.close();
    }
}
