package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;

/**
 * Estimates how long a step takes, in seconds, on a nominal machine: only ratios matter. The numbers describe oneDNN 3.11's kernels with
 * vectors of 16 lanes on two cores, measured; each kind of kernel has one, no layer has.
 */
final class CostModel {
    /** Starting a step on all threads, and waiting for the last. */
    private static final double STEP = 2.5e-6;

    private static final double LANES = 16;

    /** What multiply-adds with full vectors reach, operations a second. */
    private static final double PEAK = 525e9;

    /** What copies reach, bytes read and written a second, by what they do. */
    private static final double TRANSPOSING = 48e9;

    private static final double BLOCKING = 120e9;
    private static final double BLOCKING_FEW = 30e9;
    private static final double MOVING = 120e9;
    private static final double SCATTERING = 25e9;

    /** What kernels that only pass over memory reach. */
    private static final double STREAMING = 100e9;

    /** Beyond so many bytes nothing stays in the caches that cores share. */
    private static final double CACHED = 16e6;

    private static final double UNCACHED = 0.6;

    private CostModel() {}

    /** Estimates a copy. */
    static double of(Copy copy) {
        double bytes = bytes(copy.from()) + bytes(copy.to());
        return STEP + bytes / (bandwidth(copy.from(), copy.to()) * (bytes > CACHED ? UNCACHED : 1));
    }

    private static double bandwidth(Region from, Region to) {
        if (from.isBlocked() || to.isBlocked()) {
            boolean last = from.isDense(Layout.CHANNELS_LAST) || to.isDense(Layout.CHANNELS_LAST);
            return from.dims().get(1) < LANES ? BLOCKING_FEW : last ? TRANSPOSING : BLOCKING;
        }
        int fastFrom = fastest(from);
        int fastTo = fastest(to);
        if (fastFrom != fastTo) {
            return TRANSPOSING;
        }
        boolean neighbours = from.part().stride(fastFrom) == 1 && to.part().stride(fastTo) == 1;
        if (!neighbours) {
            return SCATTERING;
        }
        return from.dims().get(fastFrom) < 4 ? SCATTERING : MOVING;
    }

    private static int fastest(Region region) {
        int fastest = 0;
        long least = Long.MAX_VALUE;
        Dims dims = region.dims();
        for (int axis = 0; axis < dims.rank(); axis++) {
            if (dims.get(axis) > 1 && region.part().stride(axis) < least) {
                least = region.part().stride(axis);
                fastest = axis;
            }
        }
        return fastest;
    }

    /** Estimates a task as the engine would run it. */
    static double of(Task task) {
        double bytes = bytes(task.src()) + bytes(task.dst());
        double memory = bytes / (STREAMING * (bytes > CACHED ? UNCACHED : 1));
        double weights = 4.0 * task.layer().weightsDims().elements() / STREAMING;
        double flops = 2 * task.problem().multiplyAdds();
        var channels = Channels.of(task.layer());
        boolean depthwise = channels.inputsPerGroup() == 1 && channels.outputsPerGroup() == 1;
        double compute = flops / rate(task, channels);
        double kernel = depthwise ? memory + compute : Math.max(memory, compute) + 0.3 * Math.min(memory, compute);
        return STEP + kernel + weights + hiddenCopies(task);
    }

    /** What the engine copies by itself, where tensors don't lie as its kernels want them. */
    private static double hiddenCopies(Task task) {
        boolean last = task.src().isDense(Layout.CHANNELS_LAST) && task.dst().isDense(Layout.CHANNELS_LAST);
        if (last || task.dst().isBlocked() || isProduct(task.layer())) {
            return 0;
        }
        return copied(task.src()) + copied(task.dst());
    }

    private static double copied(Region region) {
        double bytes = 2 * bytes(region);
        double bandwidth = region.dims().get(1) == 1 ? MOVING : TRANSPOSING;
        return STEP + bytes / (bandwidth * (bytes > CACHED ? UNCACHED : 1));
    }

    /** Whether it is a product of matrices, for which channels may come first. */
    private static boolean isProduct(ConvolutionDescriptor layer) {
        return layer.groups() == 1
                && !layer.transposed()
                && layer.kernel().stream().allMatch(kernel -> kernel == 1)
                && layer.strides().stream().allMatch(stride -> stride == 1);
    }

    private static double rate(Task task, Channels channels) {
        boolean blocked = task.dst().isBlocked();
        int inputs = channels.inputsPerGroup();
        int outputs = channels.outputsPerGroup();
        if (inputs == 1 && outputs == 1) {
            return task.layer().transposed() ? PEAK * 0.15 : PEAK * 0.7;
        }
        double lanes = outputs / (Math.ceil(outputs / LANES) * LANES);
        if (channels.groups() > 1 && Math.max(inputs, outputs) < LANES) {
            return PEAK * lanes * (inputs == 1 ? 0.5 : 0.8);
        }
        double window = task.layer().kernel().stream().reduce(1, Math::multiplyExact);
        double summands = inputs * window;
        double depth = summands / (summands + 24);
        if (task.layer().transposed()) {
            return PEAK * lanes * 0.8 * depth;
        }
        if (isProduct(task.layer())
                && task.src().isDense(Layout.CHANNELS_FIRST)
                && !task.src().isDense(Layout.CHANNELS_LAST)) {
            double columns =
                    task.src().dims().elements() / (double) (task.src().dims().get(0) * inputs);
            return PEAK * 0.85 * depth * columns / (columns + 30);
        }
        if (blocked) {
            return PEAK * lanes * (isProduct(task.layer()) ? 0.85 : 0.8);
        }
        return PEAK * lanes * depth * 0.95;
    }

    private static double bytes(Region region) {
        return (double) region.dims().elements() * region.storage().dataType().bytes();
    }
}
