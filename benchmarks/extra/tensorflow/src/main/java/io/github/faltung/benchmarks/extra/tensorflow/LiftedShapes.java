package io.github.faltung.benchmarks.extra.tensorflow;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.tensorflow.ndarray.Shape;

/** A problem in TensorFlow's terms: channels last, one axis lifted to two, since it has no convolution over one. */
final class LiftedShapes {
    private static final AxisGeometry FLAT = new AxisGeometry(1, 1, 1, 1, 1, 1, 0, 0);

    private final ConvolutionProblem problem;
    private final List<AxisGeometry> axes = new ArrayList<>();

    LiftedShapes(ConvolutionProblem problem) {
        this.problem = problem;
        if (problem.descriptor().spatialRank() == 1) {
            axes.add(FLAT);
        }
        axes.addAll(problem.axes());
    }

    int rank() {
        return axes.size();
    }

    List<AxisGeometry> axes() {
        return axes;
    }

    Shape src() {
        return activation(problem.srcDims(), AxisGeometry::src);
    }

    Shape dst() {
        return activation(problem.dstDims(), AxisGeometry::dst);
    }

    private Shape activation(Dims dims, ToLongFunction<AxisGeometry> extent) {
        var extents = new ArrayList<Long>(List.of(dims.get(0)));
        axes.forEach(axis -> extents.add(extent.applyAsLong(axis)));
        extents.add(dims.get(1));
        return shape(extents);
    }

    /** Returns {@code [k…, a, b]}. */
    Shape weights(long a, long b) {
        var extents = new ArrayList<Long>();
        axes.forEach(axis -> extents.add((long) axis.kernel()));
        extents.add(a);
        extents.add(b);
        return shape(extents);
    }

    private static Shape shape(List<Long> extents) {
        return Shape.of(extents.stream().mapToLong(Long::longValue).toArray());
    }

    /** Returns one number for each axis, 1 for minibatch and channels. */
    List<Long> perAxis(ToLongFunction<AxisGeometry> number) {
        var numbers = new ArrayList<Long>(List.of(1L));
        axes.forEach(axis -> numbers.add(number.applyAsLong(axis)));
        numbers.add(1L);
        return numbers;
    }

    /** Returns the padding before and after of each axis, of minibatch and channels too. */
    List<Long> paddings() {
        var numbers = new ArrayList<Long>(List.of(0L, 0L));
        for (AxisGeometry axis : axes) {
            numbers.add(axis.paddingL());
            numbers.add(Math.max(0, axis.paddingR()));
        }
        numbers.addAll(List.of(0L, 0L));
        return numbers;
    }

    boolean isPadded() {
        return paddings().stream().anyMatch(padding -> padding > 0);
    }

    boolean isSame() {
        return axes.stream()
                .allMatch(axis -> axis.stride() == 1
                        && axis.paddingL() == axis.paddingR()
                        && 2 * axis.paddingL() == axis.extent() - 1);
    }
}
