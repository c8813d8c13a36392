package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * One spatial axis of a layer, every number explicit.
 *
 * @param before padding at the start
 * @param after padding at the end
 * @param outputPadding of a transposed layer
 */
record Axis(int kernel, int stride, int dilation, int before, int after, int outputPadding) {
    /** An axis of one element that nothing happens on. */
    static final Axis NONE = new Axis(1, 1, 1, 0, 0, 0);

    /** A regular layer's axis with stride 1. */
    static Axis dense(int kernel, int dilation, long before, long after) {
        return new Axis(kernel, 1, dilation, Math.toIntExact(before), Math.toIntExact(after), 0);
    }

    static Axis of(AxisGeometry axis) {
        return new Axis(
                axis.kernel(),
                axis.stride(),
                axis.dilation(),
                Math.toIntExact(axis.paddingL()),
                Math.toIntExact(Math.max(0, axis.paddingR())),
                0);
    }

    /** Returns the axis of a transposed layer. */
    static Axis ofTransposed(AxisGeometry axis) {
        return new Axis(
                axis.kernel(),
                axis.stride(),
                axis.dilation(),
                Math.toIntExact(axis.paddingL()),
                Math.toIntExact(Math.max(0, axis.paddingR())),
                Math.toIntExact(Math.max(0, -axis.paddingR())));
    }

    /** Returns the axes of a problem, the slowest first. */
    static List<Axis> of(ConvolutionProblem problem) {
        return of(problem.axes(), problem.descriptor().transposed());
    }

    static List<Axis> of(List<AxisGeometry> axes, boolean transposed) {
        return axes.stream().map(transposed ? Axis::ofTransposed : Axis::of).toList();
    }

    /** Returns a layer of the same types and precision as another. */
    static ConvolutionDescriptor layer(
            ConvolutionDescriptor like, boolean transposed, Channels channels, List<Axis> axes, List<PostOp> postOps) {
        ConvolutionBuilder builder = switch (axes.size()) {
            case 1 ->
                transposed
                        ? ConvolutionDescriptor.transposed1d(channels.inputs(), channels.outputs())
                        : ConvolutionDescriptor.conv1d(channels.inputs(), channels.outputs());
            case 2 ->
                transposed
                        ? ConvolutionDescriptor.transposed2d(channels.inputs(), channels.outputs())
                        : ConvolutionDescriptor.conv2d(channels.inputs(), channels.outputs());
            default ->
                transposed
                        ? ConvolutionDescriptor.transposed3d(channels.inputs(), channels.outputs())
                        : ConvolutionDescriptor.conv3d(channels.inputs(), channels.outputs());
        };
        return builder.groups(channels.groups())
                .kernel(perAxis(axes, Axis::kernel))
                .stride(perAxis(axes, Axis::stride))
                .dilation(perAxis(axes, Axis::dilation))
                .padding(Padding.explicit(list(axes, Axis::before), list(axes, Axis::after)))
                .outputPadding(perAxis(axes, Axis::outputPadding))
                .postOps(postOps)
                .dataTypes(like.types())
                .precision(like.precision())
                .build();
    }

    private static int[] perAxis(List<Axis> axes, ToIntFunction<Axis> number) {
        return axes.stream().mapToInt(number).toArray();
    }

    private static List<Integer> list(List<Axis> axes, ToIntFunction<Axis> number) {
        var values = new ArrayList<Integer>();
        axes.forEach(axis -> values.add(number.applyAsInt(axis)));
        return values;
    }
}
