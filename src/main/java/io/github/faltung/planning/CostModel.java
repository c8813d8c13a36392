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
    private static final double STEP = 5e-6;

    private static final double LANES = 16;

    /** What multiply-adds with full vectors reach, operations a second. */
    private static final double PEAK = 525e9;

    /** What copies reach, bytes read and written a second, by what they do. */
    private static final double TRANSPOSING = 48e9;

    private static final double BLOCKING = 120e9;
    private static final double BLOCKING_FEW = 30e9;
    private static final double MOVING = 70e9;
    private static final double SCATTERING = 25e9;

    /** So many neighbours are copied at full speed. */
    private static final double RUN = 16;

    /** What cores read of each other's caches, bytes a second, where one step shares the work out otherwise than the next. */
    private static final double CROSSING = 12e9;

    /** Depthwise kernels share out rows among cores where channels make no more blocks than this, else channels. */
    private static final int FEW_BLOCKS = 4;

    /** From so many groups on kernels share out groups. */
    private static final int MANY_GROUPS = 4;

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
        boolean neighbours = from.part().stride(fastFrom) == 1 && to.part().stride(fastTo) == 1;
        if (!neighbours) {
            return SCATTERING;
        }
        // A few neighbours at a time cost as much as many.
        double run = Math.min(from.dims().get(fastFrom), to.dims().get(fastTo));
        return fastFrom == fastTo ? MOVING * Math.min(1, run / RUN) : TRANSPOSING * Math.min(1, run / 3);
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
        double compute = flops / rate(task);
        double kernel =
                isDepthwise(task) ? memory + compute : Math.max(memory, compute) + 0.3 * Math.min(memory, compute);
        return STEP + kernel + weights + hiddenCopies(task) + crossing(task);
    }

    private static boolean isDepthwise(Task task) {
        var channels = Channels.of(task.layer());
        return channels.groups() > 1 && channels.inputsPerGroup() == 1 && channels.outputsPerGroup() == 1;
    }

    /** Copies to and from blocks share out channels; what kernels share out is rows, but where there are groups enough. */
    private static double crossing(Task task) {
        double blocks = Math.ceil(task.layer().groups() / LANES);
        boolean alike = isDepthwise(task) ? blocks > FEW_BLOCKS : task.layer().groups() >= MANY_GROUPS;
        if (alike) {
            return 0;
        }
        double bytes =
                (task.src().isBlocked() ? bytes(task.src()) : 0) + (task.dst().isBlocked() ? bytes(task.dst()) : 0);
        return bytes / 2 / (bytes > CACHED ? 3 * CROSSING : CROSSING);
    }

    /** What the engine copies by itself, where tensors don't lie as its kernels want them. */
    private static double hiddenCopies(Task task) {
        boolean last = task.src().isDense(Layout.CHANNELS_LAST) && task.dst().isDense(Layout.CHANNELS_LAST);
        boolean product = !last
                && isProduct(task.layer())
                && task.src().isDense(Layout.CHANNELS_FIRST)
                && task.dst().isDense(Layout.CHANNELS_FIRST);
        if (product) {
            return copied(task.src()); // the product's second factor is packed
        }
        if (last || task.dst().isBlocked()) {
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

    private static double rate(Task task) {
        var channels = Channels.of(task.layer());
        boolean blocked = task.dst().isBlocked();
        int inputs = channels.inputsPerGroup();
        int outputs = channels.outputsPerGroup();
        if (isDepthwise(task)) {
            double used = channels.groups() / (Math.ceil(channels.groups() / LANES) * LANES);
            boolean product = task.layer().spatialRank() == 1; // there is no kernel for it
            return PEAK * used * (product ? 0.02 : task.layer().transposed() ? 0.15 : 0.7);
        }
        double lanes = outputs / (Math.ceil(outputs / LANES) * LANES);
        if (channels.groups() > 1 && Math.max(inputs, outputs) < LANES) {
            return PEAK * lanes * (inputs == 1 ? 0.5 : 0.8);
        }
        double window = task.layer().kernel().stream().reduce(1, Math::multiplyExact);
        double summands = inputs * window;
        double depth = summands / (summands + 24);
        if (task.layer().transposed()) {
            return PEAK * lanes * 0.84 * depth;
        }
        if (isProduct(task.layer())
                && task.src().isDense(Layout.CHANNELS_FIRST)
                && !task.src().isDense(Layout.CHANNELS_LAST)) {
            double columns =
                    task.src().dims().elements() / (double) (task.src().dims().get(0) * inputs);
            return PEAK * 0.85 * summands / (summands + 8) * columns / (columns + 30) * outputs / (outputs + 8);
        }
        if (blocked) {
            return PEAK * lanes * (isProduct(task.layer()) ? 0.85 : 0.8);
        }
        boolean odd = channels.groups() > 1 && inputs % (int) LANES != 0;
        return PEAK * lanes * depth * (odd ? 0.55 : 0.95);
    }

    private static double bytes(Region region) {
        double channels = region.dims().get(1);
        double filled = region.isBlocked() ? Math.ceil(channels / LANES) * LANES / channels : 1;
        return filled * bytesOfElements(region);
    }

    private static double bytesOfElements(Region region) {
        return (double) region.dims().elements() * region.storage().dataType().bytes();
    }
}
