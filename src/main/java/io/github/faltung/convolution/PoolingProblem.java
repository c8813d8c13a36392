package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A pooling layer applied to a source of given extents. Its text form, which error messages quote and test files hold, is a problem
 * line in the manner of oneDNN's benchdnn: see {@link ProblemLine}.
 *
 * <p>A line tells padding and kernel in numbers, so a problem that is printed and parsed has the same windows, though its {@link
 * PoolingDescriptor#padding} is then explicit, and smaller where no window reaches all of it.
 *
 * @param descriptor the layer
 * @param srcDims {@code [MB, C, spatial…]}
 */
public record PoolingProblem(PoolingDescriptor descriptor, Dims srcDims) implements Problem {

    /**
     * Checks every rule about a layer and its source.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public PoolingProblem {
        if (srcDims.rank() != descriptor.spatialRank() + 2) {
            throw Rule.broken(
                    "src",
                    "must have " + (descriptor.spatialRank() + 2) + " axes, [MB, C, spatial]",
                    srcDims,
                    descriptor);
        }
        if (srcDims.get(0) > Integer.MAX_VALUE) {
            throw Rule.broken("minibatch", "must be less than 2^31", srcDims.get(0), descriptor);
        }
        if (srcDims.get(1) > Integer.MAX_VALUE) {
            throw Rule.broken("channels", "must be fewer than 2^31", srcDims.get(1), descriptor);
        }
        dstDims(descriptor, srcDims);
        double volume = 1;
        for (int axis = 0; axis < descriptor.spatialRank(); axis++) {
            int kernel = descriptor.kernel().get(axis);
            volume *= kernel == PoolingDescriptor.WHOLE ? srcDims.get(2 + axis) : kernel;
        }
        if (volume > Integer.MAX_VALUE) {
            throw Rule.broken("kernel", "must have fewer than 2^31 elements", srcDims, descriptor);
        }
    }

    private static Dims dstDims(PoolingDescriptor descriptor, Dims srcDims) {
        long[] extents = srcDims.toArray();
        for (int axis = 0; axis < descriptor.spatialRank(); axis++) {
            extents[2 + axis] = descriptor.outputExtent(axis, srcDims.get(2 + axis));
        }
        return Rule.dims("dst", extents, descriptor);
    }

    /**
     * Reads a problem line of the kind {@code pool}, whether or not that stands in front; see {@link ProblemLine} for the grammar.
     *
     * @throws IllegalArgumentException if the line is not one, or the problem breaks a rule
     */
    public static PoolingProblem parse(String line) {
        return ProblemLine.parse(line, ProblemKind.POOL, PoolingAlgorithm.MAX).pooling();
    }

    /** Returns {@code [MB, C, spatial…]}. */
    @Override
    public Dims dstDims() {
        return dstDims(descriptor, srcDims);
    }

    @Override
    public PoolingProblem withMinibatch(int minibatch) {
        long[] extents = srcDims.toArray();
        extents[0] = minibatch;
        return new PoolingProblem(descriptor, Dims.of(extents));
    }

    /** Returns the numbers of one spatial axis. */
    public PoolingAxis axis(int axis) {
        return PoolingGeometry.axis(descriptor, axis, srcDims.get(2 + axis));
    }

    /** Returns the numbers of all spatial axes, the slowest first. */
    public List<PoolingAxis> axes() {
        return IntStream.range(0, descriptor.spatialRank()).mapToObj(this::axis).toList();
    }

    /** Returns how many elements a window has, those in the padding included. */
    public long windowVolume() {
        return axes().stream().mapToLong(PoolingAxis::kernel).reduce(1, (a, b) -> a * b);
    }

    /** Returns the problem line. */
    @Override
    public String toString() {
        return PoolingText.of(this) + PoolingDescriptor.typeOption(descriptor.dataType());
    }
}
