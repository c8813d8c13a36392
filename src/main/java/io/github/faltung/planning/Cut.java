package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Along what a task can be cut. */
enum Cut {
    IMAGES {
        @Override
        long most(Task task) {
            return task.src().dims().get(0);
        }

        @Override
        List<Task> pieces(Task task, int count) {
            long images = task.src().dims().get(0);
            return parts(images, count)
                    .map(part -> task.between(
                            slice(task.src(), 0, part.from(), part.length()),
                            slice(task.dst(), 0, part.from(), part.length())))
                    .toList();
        }
    },
    /** Groups, or the output channels of a single one. */
    CHANNELS {
        @Override
        long most(Task task) {
            var channels = Channels.of(task.layer());
            return channels.groups() > 1 ? channels.groups() : blocks(channels.outputs(), LANES);
        }

        @Override
        List<Task> pieces(Task task, int count) {
            var channels = Channels.of(task.layer());
            boolean grouped = channels.groups() > 1;
            int all = grouped ? channels.groups() : channels.outputs();
            int unit = grouped ? Math.max(1, LANES / channels.outputsPerGroup()) : LANES;
            int whole = blocks(all, unit) < count ? 1 : unit; // vectors that are not full, rather than none
            return parts(blocks(all, whole), count)
                    .map(part -> {
                        int from = (int) part.from() * whole;
                        int to = (int) Math.min(all, (part.from() + part.length()) * whole);
                        return grouped ? groups(task, channels, from, to) : outputs(task, channels, from, to);
                    })
                    .toList();
        }

        private static int blocks(int channels, int unit) {
            return (channels + unit - 1) / unit;
        }
    },
    /** Bands of the slowest spatial axis that has several outputs. */
    ROWS {
        @Override
        long most(Task task) {
            return units(task) / FEWEST_ROWS;
        }

        @Override
        List<Task> pieces(Task task, int count) {
            int axis = axis(task);
            AxisGeometry along = task.geometry().get(axis);
            long unit = unit(task);
            List<Optional<Band>> bands = parts(units(task), count)
                    .map(part -> {
                        long from = part.from() * unit;
                        long end = (part.from() + part.length()) * unit;
                        long to = along.dst() - end < unit ? along.dst() : end;
                        return task.layer().transposed()
                                ? Band.ofTransposed(along, from, to)
                                : Band.of(along, from, to);
                    })
                    .toList();
            return bands.stream().allMatch(Optional::isPresent)
                    ? bands.stream().map(band -> band.get().cutFrom(task, axis)).toList()
                    : List.of();
        }

        private static int axis(Task task) {
            List<AxisGeometry> axes = task.geometry();
            int axis = 0;
            while (axis < axes.size() - 1 && axes.get(axis).dst() == 1) {
                axis++;
            }
            return axis;
        }

        private static long units(Task task) {
            return task.geometry().get(axis(task)).dst() / unit(task);
        }

        /** Of transposed layers pieces begin at a stride's multiple, so that all see their phases alike. */
        private static long unit(Task task) {
            return task.layer().transposed() ? task.geometry().get(axis(task)).stride() : 1;
        }
    };

    /** As many channels as fill a vector stay together. */
    private static final int LANES = 16;

    /** Fewer rows are not worth a piece. */
    private static final int FEWEST_ROWS = 2;

    /** Returns into how many pieces a task can be cut. */
    abstract long most(Task task);

    /** Returns the pieces, or none where one would see nothing of the source. */
    abstract List<Task> pieces(Task task, int count);

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Some neighbours among things that are counted. */
    private record Part(long from, long length) {}

    private static Stream<Part> parts(long all, int count) {
        return LongStream.range(0, count)
                .mapToObj(i -> new Part(all * i / count, all * (i + 1) / count - all * i / count));
    }

    static Region slice(Region region, int axis, long from, long length) {
        return region.with(part -> part.slice(axis, from, length));
    }

    private static Task groups(Task task, Channels channels, int from, int to) {
        ConvolutionDescriptor layer = task.layer();
        int number = to - from;
        int firstInput = from * channels.inputsPerGroup();
        int firstOutput = from * channels.outputsPerGroup();
        int inputs = number * channels.inputsPerGroup();
        int outputs = number * channels.outputsPerGroup();
        int row = Math.toIntExact(
                layer.weightsDims().elements() / layer.weightsDims().get(0));
        int firstRow = layer.transposed() ? firstInput : firstOutput;
        int rows = layer.transposed() ? inputs : outputs;
        return task.saidAs(
                        with(task, new Channels(inputs, outputs, number), task.axes(), firstOutput),
                        "groups " + from + "-" + to,
                        parameters -> new Parameters(
                                Arrays.copyOfRange(parameters.weights(), firstRow * row, (firstRow + rows) * row),
                                Channels.bias(parameters.bias(), outputs, channel -> firstOutput + channel)),
                        slice(task.src(), 1, firstInput, inputs),
                        slice(task.dst(), 1, firstOutput, outputs))
                .withSeparable(task.separable());
    }

    private static Task outputs(Task task, Channels channels, int from, int to) {
        ConvolutionDescriptor layer = task.layer();
        int number = to - from;
        int window = layer.kernel().stream().reduce(1, Math::multiplyExact);
        int inputs = channels.inputs();
        int outputs = channels.outputs();
        return task.saidAs(
                with(task, new Channels(inputs, number, 1), task.axes(), from),
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

    static ConvolutionDescriptor with(Task task, Channels channels, List<Axis> axes, int firstOutput) {
        ConvolutionDescriptor layer = task.layer();
        return Axis.layer(
                layer,
                layer.transposed(),
                channels,
                axes,
                Channels.postOps(layer.postOps(), channels.outputs(), channel -> firstOutput + channel));
    }
}
