package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.List;

/**
 * Estimates how long a step takes, in seconds, on a nominal machine: only ratios matter. The numbers describe oneDNN 3.11's kernels with
 * vectors of 16 lanes on one core, measured; each kind of kernel has one, no layer has. Where {@code benchmarks/regret} told on a Zen 4 that choices
 * were wrong, numbers were fitted there: arithmetic and copies take about twice as long as here, both. What differs with vectors of 8 was measured on a Zen 1, which does
 * AVX2's operations in two halves: 2,400 ways of 108 layers.
 */
final class CostModel {
    /** Starting a step. */
    private static final double STEP = 5e-7;

    /** Handing pieces over, and waiting for the last. */
    private static final double HANDING_OVER = 6e-7;

    /** What AVX-512's vectors hold. Shorter ones have other kernels. */
    private static final int WIDE = 16;

    /** A processor that does fewer operations at once computes more slowly, and copies as fast. */
    private static final int FEW_LANES = 8;

    /** Blocks hold no fewer channels, whatever a vector holds: SSE4.1 works on theirs in two halves. */
    private static final int LEAST_BLOCK = 8;

    /** So many outputs beyond whole vectors have a kernel of their own where the processor cuts vectors in two. */
    private static final int HALF = 8;

    /** Kernels for channels last that reduce over fewer inputs fill their registers less. */
    private static final int FEW_INPUTS = 4;

    /** So many channels are turned at full speed. */
    private static final double FEW_CHANNELS = 8;

    /** What multiply-adds with full vectors reach, operations a second. */
    private static final double PEAK = 262e9;

    /** What copies reach, bytes read and written a second, by what they do. */
    private static final double TRANSPOSING = 18e9;

    private static final double TRANSPOSING_OF_8 = 23e9;
    private static final double BLOCKING = 60e9;
    private static final double BLOCKING_OF_8 = 45e9;
    private static final double BLOCKING_FEW = 25e9;
    private static final double BLOCKING_BANDS = 30e9;
    private static final double BLOCKING_FEW_ROWS = 15e9;
    private static final double MOVING = 35e9;
    private static final double SCATTERING = 20e9;
    private static final double UNFOLDING = 35e9;

    /** So many elements of a channel are few. */
    private static final int FEW_ROWS = 2048;

    /** So many neighbours more at a time would have been copied meanwhile; measured: 20 GB/s of two at a time, 27 of five. */
    private static final double BETWEEN_RUNS = 4;

    /** What kernels that only pass over memory reach. */
    private static final double STREAMING = 50e9;

    /** The same from the cache that cores share. */
    private static final double STREAMING_FAR = 25e9;

    /** Up to so many bytes stay in a core's own cache, of 1 MB or more, beside what else a piece has there. */
    private static final double NEAR = 0.6e6;

    /** So many bytes don't stay there. */
    private static final double FAR = 3e6;

    /** So much of the time that memory takes is left beside computing where it is read ahead. */
    private static final double OVERLAPPED = 0.25;

    /** What is left of AVX2's kernels where the last vector is not full. */
    private static final double TAILED = 0.75;

    /** What masks leave of the speed of vectors that are never full. */
    private static final double MASKED = 0.5;

    /** So many times as fast such bytes are turned. */
    private static final double NEARBY = 1.5;

    /** Beyond so many bytes nothing stays in the caches that cores share. */
    private static final double CACHED = 16e6;

    private static final double UNCACHED = 0.6;

    private final double cached;
    private final Hardware hardware;

    /** What a vector holds, and a block of channels. */
    private final int vector;

    private final double peak;

    /**
     * Makes the model of what a piece costs.
     *
     * @param pieces that it is one of
     */
    CostModel(int pieces, Hardware hardware) {
        this.cached = CACHED / pieces;
        this.hardware = hardware;
        this.vector = Math.max(LEAST_BLOCK, hardware.vectorLength());
        this.peak = PEAK * Math.min(1, (double) hardware.lanes() / FEW_LANES);
    }

    /** Estimates pieces of equal cost that so many threads take one after the other. */
    static double together(double piece, int pieces, int threads) {
        return (pieces == 1 ? 0 : HANDING_OVER) + Math.ceil((double) pieces / threads) * piece;
    }

    private double reached(double bandwidth, double bytes) {
        return bandwidth * (bytes > cached ? UNCACHED : 1);
    }

    private double transposing() {
        return isWide() ? TRANSPOSING : TRANSPOSING_OF_8;
    }

    private static double near(double bandwidth, double bytes) {
        return bytes < NEAR ? NEARBY * bandwidth : bandwidth;
    }

    /** Estimates a copy. */
    double of(Copy copy) {
        double bytes = bytes(copy.from()) + bytes(copy.to()) * (copy.isSubtracted() ? 2 : 1);
        return STEP + bytes / reached(bandwidth(copy.from(), copy.to(), bytes), bytes);
    }

    private double bandwidth(Region from, Region to, double bytes) {
        if (from.isBlocked() || to.isBlocked()) {
            Region plain = from.isBlocked() ? to : from;
            return from.dims().get(1) < vector
                    ? BLOCKING_FEW
                    : plain.part().stride(1) == 1 ? near(transposing(), bytes) : blocking(plain);
        }
        int fastFrom = fastest(from);
        int fastTo = fastest(to);
        boolean neighbours = from.part().stride(fastFrom) == 1 && to.part().stride(fastTo) == 1;
        if (!neighbours) {
            return near(SCATTERING, bytes);
        }
        double run = Math.min(from.dims().get(fastFrom), to.dims().get(fastTo));
        return fastFrom == fastTo
                ? near(MOVING, bytes) * run / (run + BETWEEN_RUNS)
                : near(transposing(), bytes) * Math.min(1, run / 3);
    }

    /** oneDNN has a kernel for whole images; for some of their rows only the one for all layouts. */
    private double blocking(Region plain) {
        if (plain.isDense(Layout.CHANNELS_FIRST)) {
            return isWide() ? BLOCKING : BLOCKING_OF_8;
        }
        Dims dims = plain.dims();
        long plane = dims.elements() / (dims.get(0) * dims.get(1));
        return plane < FEW_ROWS ? BLOCKING_FEW_ROWS : BLOCKING_BANDS;
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
    double of(Task task) {
        double bytes = bytes(task.src()) + bytes(task.dst());
        double memory = bytes / reached(isDepthwise(task) ? near(STREAMING, bytes) : STREAMING, bytes);
        if (isOfFewInputs(task) && task.layer().outputChannels() > 2 * vector && bytes > FAR) {
            memory *= 2; // some outputs of each pixel at a time
        }
        double weights = 4.0
                * task.layer().weightsDims().elements()
                / (isOfFewRows(task) ? near(STREAMING, bytes) : STREAMING_FAR);
        double flops = 2 * task.problem().multiplyAdds();
        double compute =
                flops / rate(task) / (task.layer().types().src() == DataType.BF16 ? hardware.speedOfBf16() : 1);
        double kernel = isOfFewRows(task)
                ? OVERLAPPED * memory + compute
                : isDepthwise(task) ? memory + compute : Math.max(memory, compute) + 0.3 * Math.min(memory, compute);
        return STEP + kernel + weights + hiddenCopies(task);
    }

    private static boolean isDepthwise(Task task) {
        var channels = Channels.of(task.layer());
        return channels.groups() > 1 && channels.inputsPerGroup() == 1 && channels.outputsPerGroup() == 1;
    }

    /** What the engine copies by itself, where tensors don't lie as its kernels want them. */
    private double hiddenCopies(Task task) {
        boolean last = task.src().isDense(Layout.CHANNELS_LAST) && task.dst().isDense(Layout.CHANNELS_LAST);
        boolean product = !last
                && isProduct(task.layer())
                && task.src().isDense(Layout.CHANNELS_FIRST)
                && task.dst().isDense(Layout.CHANNELS_FIRST);
        if (product) {
            return bytes(task.src()) / STREAMING; // the product's second factor is packed
        }
        if (last || task.dst().isBlocked()) {
            return 0;
        }
        return isUnfolded(task)
                ? unfolded(task) + copiedToFirst(task.src()) + copiedToFirst(task.dst())
                : copied(task.src()) + copied(task.dst());
    }

    private double copiedToFirst(Region region) {
        return region.isDense(Layout.CHANNELS_FIRST) ? 0 : copied(region);
    }

    /** Whether windows become a matrix's columns: what there is for channels first without AVX-512, for whose kernels tensors are copied. */
    private boolean isUnfolded(Task task) {
        boolean last = task.src().isDense(Layout.CHANNELS_LAST) && task.dst().isDense(Layout.CHANNELS_LAST);
        return !isWide() && !last && !task.dst().isBlocked();
    }

    /** Each element is written, and read again, for each position that it has in a window; of transposed layers those of the destination. */
    private double unfolded(Task task) {
        Region small = task.layer().transposed() ? task.src() : task.dst();
        Region copied = task.layer().transposed() ? task.dst() : task.src();
        double columns = (double) small.dims().elements() / small.dims().get(1);
        double bytes =
                2 * 4.0 * columns * copied.dims().get(1) * product(task.layer().kernel());
        double weights = 2 * 4.0 * task.layer().weightsDims().elements(); // packed in each call
        boolean slowly = task.layer().transposed() || task.layer().spatialRank() == 3;
        return STEP + bytes / (slowly ? UNFOLDING / 2 : UNFOLDING) + weights / STREAMING_FAR;
    }

    private double copied(Region region) {
        double bytes = 2 * bytes(region);
        double channels = region.dims().get(1);
        double bandwidth = channels == 1 ? MOVING : transposing() * Math.min(1, channels / FEW_CHANNELS);
        return STEP + bytes / reached(bandwidth, bytes);
    }

    /** Whether it is a product of matrices, for which channels may come first. */
    private static boolean isProduct(ConvolutionDescriptor layer) {
        return layer.groups() == 1
                && !layer.transposed()
                && layer.kernel().stream().allMatch(kernel -> kernel == 1)
                && layer.strides().stream().allMatch(stride -> stride == 1);
    }

    private double rate(Task task) {
        var channels = Channels.of(task.layer());
        boolean blocked = task.dst().isBlocked();
        int inputs = channels.inputsPerGroup();
        int outputs = channels.outputsPerGroup();
        if (isUnfolded(task)) {
            return ofMatrices(
                    task,
                    task.layer().transposed()
                            ? inputs
                            : inputs * product(task.layer().kernel()));
        }
        if (isDepthwise(task)) {
            double used = filled(channels.groups())
                    * (channels.groups() < vector ? MASKED : 1)
                    * ofMasks(task, channels.groups());
            boolean product = task.layer().spatialRank() == 1; // there is no kernel for it
            return peak
                    * used
                    * (product ? 0.02 : task.layer().transposed() ? 0.2 : limitedByLoads(ofDepthwise(task, blocked)));
        }
        double window = product(task.layer().kernel());
        double summands = inputs * window;
        if (channels.groups() > 1 && Math.max(inputs, outputs) < vector) {
            return peak * ofSmallGroups(inputs, outputs, summands);
        }
        double lanes = filled(outputs) * (task.src().isBlocked() ? filled(inputs) : 1);
        double depth = summands / (summands + (isOfFewInputs(task) ? 2 : 24));
        if (task.layer().transposed()) {
            boolean ofGroupsOrBlocks = channels.groups() > 1 || blocked; // which have a kernel of their own
            double strides = product(task.layer().strides());
            double phase = summands / strides; // each is made by itself
            return peak
                    * lanes
                    * (ofGroupsOrBlocks ? (isWide() ? 0.95 : 0.8) * phase / (phase + 8) : 0.84 * phase / (phase + 50));
        }
        if (isProduct(task.layer())
                && task.src().isDense(Layout.CHANNELS_FIRST)
                && !task.src().isDense(Layout.CHANNELS_LAST)) {
            return ofMatrices(task, summands);
        }
        if (blocked) {
            return peak * lanes * ofBlocks(task);
        }
        boolean odd = channels.groups() > 1 && inputs % vector != 0;
        return peak
                * (cutsVectors() && outputs % vector == HALF ? 1 : lanes)
                * ofMasks(task, outputs)
                * depth
                * (odd ? limitedByLoads(inputs < vector ? 0.55 : 0.8) : inputs < FEW_INPUTS ? 0.85 : 0.95);
    }

    /** What is left where the last vector is not full: AVX2 has no masks but for loads and stores of its own. */
    private double ofMasks(Task task, int channels) {
        return isWide() || task.dst().isBlocked() || channels % vector == 0 ? 1 : TAILED;
    }

    /** A product of matrices. */
    private double ofMatrices(Task task, double summands) {
        Region region = task.layer().transposed() ? task.src() : task.dst();
        Dims dims = region.dims();
        double columns = dims.elements() / (double) (dims.get(0) * dims.get(1));
        double outputs = Channels.of(task.layer()).outputsPerGroup();
        return peak * summands / (summands + 8) * columns / (columns + 30) * outputs / (outputs + 2);
    }

    /** Whether there is a kernel that is made for windows of few inputs, and it does not write too much: oneDNN's, on processors that cut vectors in two. */
    private boolean isOfFewInputs(Task task) {
        ConvolutionDescriptor layer = task.layer();
        boolean deep = layer.spatialRank() == 3 && layer.kernel().get(0) > 1;
        boolean writesLittle = deep || layer.outputChannels() <= vector;
        boolean jumps = layer.strides().get(layer.spatialRank() - 1) > 1;
        return cutsVectors()
                && (layer.inputChannels() == 1
                        ? writesLittle || jumps || layer.outputChannels() <= 2 * vector
                        : layer.inputChannels() <= FEW_INPUTS && writesLittle);
    }

    /** Weights are loaded anew for each row of outputs. */
    private double ofBlocks(Task task) {
        Dims dst = task.dst().dims();
        double columns = dst.get(dst.rank() - 1);
        if (isProduct(task.layer())) {
            return limitedByLoads(0.85);
        }
        double outputs = Channels.of(task.layer()).outputsPerGroup();
        double share = isWide()
                ? limitedByLoads(0.8)
                : 0.95 * outputs / (outputs + 6); // made of four blocks at a time, if there are
        return share * columns / (columns + 1);
    }

    /** Whether rows are columns, and all that is in a row is channels: with a few rows in a window an element is still at hand for the next. */
    private static boolean isOfFewRows(Task task) {
        return isOfRows(task) && task.layer().kernel().get(1) <= ShiftedColumns.FEW_ROWS;
    }

    private static boolean isOfRows(Task task) {
        List<Integer> kernel = task.layer().kernel();
        return isDepthwise(task)
                && kernel.size() == 2
                && kernel.get(1) > 1
                && task.src().dims().get(2) == 1;
    }

    private static double ofDepthwise(Task task, boolean blocked) {
        if (blocked) {
            return 0.7;
        }
        if (isOfFewRows(task)) {
            return 0.33;
        }
        // No element is at hand for the next output: the kernel waits for the next cache.
        return isOfRows(task) || isColumn(task.layer().kernel()) ? 0.23 : 0.5;
    }

    private static boolean isColumn(List<Integer> kernel) {
        return kernel.size() == 2 && kernel.get(0) > 1 && kernel.get(1) == 1;
    }

    /**
     * The kernel for small groups has vectors of 8 or 4 numbers if both inputs and outputs of a group are multiples of that, else whole ones,
     * of which most is masked. Short ones help where the processor cuts whole ones in two.
     */
    private double ofSmallGroups(int inputs, int outputs, double summands) {
        int length = !isWide()
                ? vector
                : areMultiples(8, inputs, outputs) ? 8 : areMultiples(4, inputs, outputs) ? 4 : vector;
        double used = outputs / (Math.ceil((double) outputs / length) * Math.max(length, hardware.lanes()));
        if (length == vector) {
            return used * limitedByLoads(0.52 * summands / (summands + 4));
        }
        double least = limitedByLoads(0.44);
        return used * (cutsVectors() ? Math.max(least, summands / (summands + 34)) : least);
    }

    private static boolean areMultiples(int of, int inputs, int outputs) {
        return inputs % of == 0 && outputs % of == 0;
    }

    /** Returns how much of whole vectors so many channels are. */
    private double filled(int channels) {
        return channels / (Math.ceil((double) channels / vector) * vector);
    }

    /** Loads are as fast where multiply-adds are half as fast, because the processor cuts vectors in two. */
    private double limitedByLoads(double share) {
        return Math.min(0.95, (cutsVectors() ? 1.45 : isWide() ? 1 : 1.1) * share);
    }

    private boolean cutsVectors() {
        return isWide() && hardware.lanes() < WIDE;
    }

    private boolean isWide() {
        return vector == WIDE;
    }

    private static double product(List<Integer> perAxis) {
        return perAxis.stream().mapToDouble(number -> number).reduce(1, (a, b) -> a * b);
    }

    private double bytes(Region region) {
        double channels = region.dims().get(1);
        double filled = region.isBlocked() ? Math.ceil(channels / vector) * vector / channels : 1;
        return filled * bytesOfElements(region);
    }

    private static double bytesOfElements(Region region) {
        return (double) region.dims().elements() * region.storage().dataType().bytes();
    }
}
