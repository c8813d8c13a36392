package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A task cut into tasks that need nothing of each other, each to run on one thread: what a step leaves in that thread's caches the next one
 * finds there.
 *
 * @param text in a few words; empty if it is one piece
 * @param pieces at least one, of about equal size
 */
record Division(String text, List<Task> pieces) {
    /** As many channels as fill a vector stay together. */
    private static final int LANES = 16;

    /** Fewer rows are not worth a piece. */
    private static final int FEWEST_ROWS = 2;

    /** Pieces for each thread: few large ones, or more that caches hold. */
    private static final List<Integer> PIECES_PER_THREAD = List.of(1, 2, 4);

    Division {
        pieces = List.copyOf(pieces);
    }

    /** Returns the ways of cutting a task for so many threads, the one of a single piece among them. */
    static List<Division> of(Task task, int threads) {
        var all = new ArrayList<Division>();
        all.add(new Division("", List.of(task)));
        if (threads > 1) {
            for (int each : PIECES_PER_THREAD) {
                int count = each * threads;
                images(task, count).ifPresent(all::add);
                channels(task, count).ifPresent(all::add);
                rows(task, count).ifPresent(all::add);
            }
        }
        return all;
    }

    private static Optional<Division> images(Task task, int count) {
        long images = task.src().dims().get(0);
        if (images < count) {
            return Optional.empty();
        }
        var pieces = new ArrayList<Task>();
        for (int i = 0; i < count; i++) {
            long from = images * i / count;
            long length = images * (i + 1) / count - from;
            pieces.add(
                    task.between(slice(task.src(), 0, from, length), slice(task.dst(), 0, from, length)));
        }
        return Optional.of(new Division(count + " pieces of images", pieces));
    }

    private static Region slice(Region region, int axis, long from, long length) {
        return region.with(part -> part.slice(axis, from, length));
    }

    /** Groups, or the output channels of a single one. */
    private static Optional<Division> channels(Task task, int count) {
        var channels = Channels.of(task.layer());
        boolean grouped = channels.groups() > 1;
        int all = grouped ? channels.groups() : channels.outputs();
        int unit = grouped ? Math.max(1, LANES / channels.outputsPerGroup()) : LANES;
        if (all < unit * count && grouped) {
            unit = 1;
        }
        int units = (all + unit - 1) / unit;
        if (units < count) {
            return Optional.empty();
        }
        var pieces = new ArrayList<Task>();
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) units * i / count) * unit;
            int to = (int) Math.min(all, ((long) units * (i + 1) / count) * unit);
            pieces.add(grouped ? groups(task, channels, from, to) : outputs(task, channels, from, to));
        }
        return Optional.of(new Division(count + " pieces of channels", pieces));
    }

    private static Task groups(Task task, Channels channels, int from, int to) {
        ConvolutionDescriptor layer = task.layer();
        int number = to - from;
        int firstInput = from * channels.inputsPerGroup();
        int firstOutput = from * channels.outputsPerGroup();
        int inputs = number * channels.inputsPerGroup();
        int outputs = number * channels.outputsPerGroup();
        int row = Math.toIntExact(layer.weightsDims().elements() / layer.weightsDims().get(0));
        int firstRow = layer.transposed() ? firstInput : firstOutput;
        int rows = layer.transposed() ? inputs : outputs;
        return task.saidAs(
                with(task, new Channels(inputs, outputs, number), Axis.of(task.problem()), firstOutput),
                "groups " + from + "-" + to,
                parameters -> new Parameters(
                        Arrays.copyOfRange(parameters.weights(), firstRow * row, (firstRow + rows) * row),
                        Channels.bias(parameters.bias(), outputs, channel -> firstOutput + channel)),
                slice(task.src(), 1, firstInput, inputs),
                slice(task.dst(), 1, firstOutput, outputs));
    }

    private static Task outputs(Task task, Channels channels, int from, int to) {
        ConvolutionDescriptor layer = task.layer();
        int number = to - from;
        int window = layer.kernel().stream().reduce(1, Math::multiplyExact);
        int inputs = channels.inputs();
        int outputs = channels.outputs();
        return task.saidAs(
                with(task, new Channels(inputs, number, 1), Axis.of(task.problem()), from),
                "outputs " + from + "-" + to,
                parameters -> new Parameters(
                        layer.transposed()
                                ? columns(parameters.weights(), inputs, outputs * window, from * window, to * window)
                                : Arrays.copyOfRange(
                                        parameters.weights(), from * inputs * window, to * inputs * window),
                        Channels.bias(parameters.bias(), number, channel -> from + channel)),
                task.src(),
                slice(task.dst(), 1, from, number));
    }

    private static float[] columns(float[] matrix, int rows, int length, int from, int to) {
        var result = new float[rows * (to - from)];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(matrix, row * length + from, result, row * (to - from), to - from);
        }
        return result;
    }

    private static ConvolutionDescriptor with(Task task, Channels channels, List<Axis> axes, int firstOutput) {
        ConvolutionDescriptor layer = task.layer();
        return Axis.layer(
                layer,
                layer.transposed(),
                channels,
                axes,
                Channels.postOps(layer.postOps(), channels.outputs(), channel -> firstOutput + channel));
    }

    /** Bands of the slowest spatial axis that has several outputs. */
    private static Optional<Division> rows(Task task, int count) {
        List<AxisGeometry> axes = task.problem().axes();
        int axis = 0;
        while (axis < axes.size() - 1 && axes.get(axis).dst() == 1) {
            axis++;
        }
        boolean transposed = task.layer().transposed();
        AxisGeometry along = axes.get(axis);
        long unit = transposed ? along.stride() : 1; // so that pieces see their phases alike
        long units = along.dst() / unit;
        if (units < (long) FEWEST_ROWS * count) {
            return Optional.empty();
        }
        var pieces = new ArrayList<Task>();
        for (int i = 0; i < count; i++) {
            long from = units * i / count * unit;
            long to = i == count - 1 ? along.dst() : units * (i + 1) / count * unit;
            Optional<Band> band = transposed ? Band.ofTransposed(along, from, to) : Band.of(along, from, to);
            if (band.isEmpty()) {
                return Optional.empty();
            }
            pieces.add(band.get().of(task, axis));
        }
        return Optional.of(new Division(count + " pieces of rows", pieces));
    }

    /** Some outputs along an axis, and what of the source they need. */
    private record Band(long from, long to, long srcFrom, long srcTo, Axis axis) {
        static Optional<Band> of(AxisGeometry along, long from, long to) {
            long begin = from * along.stride() - along.paddingL();
            long end = (to - 1) * along.stride() - along.paddingL() + along.extent();
            long srcFrom = Math.max(0, begin);
            long srcTo = Math.min(along.src(), end);
            return srcFrom >= srcTo
                    ? Optional.empty()
                    : Optional.of(new Band(
                            from,
                            to,
                            srcFrom,
                            srcTo,
                            new Axis(
                                    along.kernel(),
                                    along.stride(),
                                    along.dilation(),
                                    Math.toIntExact(srcFrom - begin),
                                    Math.toIntExact(end - srcTo),
                                    0)));
        }

        /** Input i makes outputs from i · stride − paddingL on, as many as the window reaches over. */
        static Optional<Band> ofTransposed(AxisGeometry along, long from, long to) {
            long reach = from + along.paddingL() - along.extent() + 1;
            long srcFrom = Math.max(0, -Math.floorDiv(-reach, along.stride()));
            long srcTo = Math.min(along.src(), (to - 1 + along.paddingL()) / along.stride() + 1);
            long before = from + along.paddingL() - srcFrom * along.stride();
            long after = (srcTo - srcFrom - 1) * along.stride() + along.extent() - before - (to - from);
            boolean fits = srcFrom < srcTo
                    && before >= 0
                    && -after < Math.max(along.stride(), along.dilation());
            return fits
                    ? Optional.of(new Band(
                            from,
                            to,
                            srcFrom,
                            srcTo,
                            new Axis(
                                    along.kernel(),
                                    along.stride(),
                                    along.dilation(),
                                    Math.toIntExact(before),
                                    Math.toIntExact(Math.max(0, after)),
                                    Math.toIntExact(Math.max(0, -after)))))
                    : Optional.empty();
        }

        Task of(Task task, int number) {
            var axes = new ArrayList<>(Axis.of(task.problem()));
            axes.set(number, axis);
            return new Task(
                    with(task, Channels.of(task.layer()), axes, 0),
                    task.recipe(),
                    slice(task.src(), 2 + number, srcFrom, srcTo - srcFrom),
                    slice(task.dst(), 2 + number, from, to - from));
        }
    }
}
