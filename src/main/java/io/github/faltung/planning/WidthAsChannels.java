package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Neighbours along the width as channels, for layers with few: each row is cut into blocks of outputs, each block with the source elements
 * that its windows reach, and the weights are the Toeplitz matrix from those to these.
 */
final class WidthAsChannels implements Formulation {
    /** With so many channels vectors are full without it. */
    private static final int FEW = 8;

    private static final int REGISTER = 16;
    private static final int MOST_CHANNELS = 1024;

    @Override
    public boolean addsZeros() {
        return true;
    }

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        var drafts = new ArrayList<Draft>();
        var channels = Channels.of(layer);
        AxisGeometry width = width(task);
        boolean applies = !layer.transposed()
                && layer.spatialRank() >= 2
                && channels.inputsPerGroup() <= FEW
                && channels.outputsPerGroup() <= FEW
                && layer.groups() <= FEW
                && width.dst() >= REGISTER
                && !task.src().isBlocked()
                && !task.dst().isBlocked();
        if (!applies) {
            return drafts;
        }
        for (int block : blocks(width.dst(), channels.outputsPerGroup())) {
            long reached = ((long) (block - 1) * width.stride() + width.extent()) * channels.inputs();
            if (reached <= MOST_CHANNELS) {
                drafts.add(new Cut(task, block).draft());
            }
        }
        return drafts;
    }

    private static AxisGeometry width(Task task) {
        List<AxisGeometry> axes = task.geometry();
        return axes.get(axes.size() - 1);
    }

    /** Returns how many outputs a block may have: those that fill registers, and those that cut rows evenly. */
    private static Iterable<Integer> blocks(long width, int outputs) {
        var blocks = new TreeSet<Integer>();
        blocks.add(Math.max(1, REGISTER / outputs));
        blocks.add(Math.max(1, 2 * REGISTER / outputs));
        for (int lanes : List.of(REGISTER, 2 * REGISTER)) {
            for (int block = lanes / outputs; block * outputs > lanes * 3 / 4; block--) {
                if (width % block == 0) {
                    blocks.add(block);
                    break;
                }
            }
        }
        return blocks;
    }

    /** One way to cut. */
    private static final class Cut {
        private final Task task;
        private final ConvolutionDescriptor layer;
        private final Channels channels;
        private final AxisGeometry width;
        private final int axis;
        private final int block;
        private final int step;
        private final int reached;
        private final long columns;
        /** Whether a channel's neighbours stay together, rather than a place's channels. */
        private final boolean byChannel;

        private final boolean byOutput;

        Cut(Task task, int block) {
            this.task = task;
            this.layer = task.layer();
            this.channels = Channels.of(layer);
            this.width = width(task);
            this.axis = layer.spatialRank() + 1;
            this.block = block;
            this.step = block * width.stride();
            this.reached = Math.toIntExact((long) (block - 1) * width.stride() + width.extent());
            this.columns = (width.dst() + block - 1) / block;
            this.byChannel = !task.src().isDense(Layout.CHANNELS_LAST) || channels.groups() > 1;
            this.byOutput = !task.dst().isDense(Layout.CHANNELS_LAST) || channels.groups() > 1;
        }

        Draft draft() {
            long[] from = task.src().dims().toArray();
            from[1] = (long) channels.inputs() * reached;
            from[axis] = columns;
            Region unrolled = Storage.strided(task.src().storage().dataType(), Dims.of(from), Layout.CHANNELS_LAST)
                    .whole();
            long[] to = task.dst().dims().toArray();
            to[1] = (long) channels.outputs() * block;
            to[axis] = columns;
            Region made = inPlace(Dims.of(to));
            boolean direct = made != null;
            if (made == null) {
                made = Storage.strided(task.dst().storage().dataType(), Dims.of(to), Layout.CHANNELS_LAST)
                        .whole();
            }
            var axes = new ArrayList<>(task.axes());
            axes.set(axes.size() - 1, Axis.NONE);
            int outputs = channels.outputs() * block;
            var said = Axis.layer(
                    layer,
                    false,
                    new Channels(channels.inputs() * reached, outputs, channels.groups()),
                    axes,
                    Channels.postOps(layer.postOps(), outputs, this::origin));
            Task inner = task.saidAs(
                    said,
                    "width by " + block + (byChannel ? " by channel" : "") + (byOutput ? " by output" : ""),
                    parameters -> new Parameters(
                            toeplitz(parameters.weights()), Channels.bias(parameters.bias(), outputs, this::origin)),
                    unrolled,
                    made);
            return new Draft(
                    block + " columns as channels", unroll(unrolled), List.of(inner), direct ? List.of() : roll(made));
        }

        /** Returns the destination said as blocks, if its memory is just that. */
        private @Nullable Region inPlace(Dims dims) {
            boolean one = channels.outputs() == 1
                    && (task.dst().isDense(Layout.CHANNELS_FIRST) || task.dst().isDense(Layout.CHANNELS_LAST));
            boolean last = !byOutput && task.dst().isDense(Layout.CHANNELS_LAST);
            if (width.dst() % block != 0 || !(one || last)) {
                return null;
            }
            return task.dst().with(part -> new Part(part.offset(), dims, Layout.CHANNELS_LAST.strides(dims)));
        }

        private int origin(int channel) {
            int perGroup = channels.outputsPerGroup();
            int group = channel / (perGroup * block);
            int within = channel % (perGroup * block);
            return group * perGroup + (byOutput ? within / block : within % perGroup);
        }

        private int input(int ic, int place) {
            int perGroup = channels.inputsPerGroup();
            return byChannel ? ic * reached + place : place * perGroup + ic;
        }

        private float[] toeplitz(float[] weights) {
            int inputs = channels.inputsPerGroup();
            int outputs = channels.outputsPerGroup();
            int kernel = width.kernel();
            int rows = layer.kernel().stream().reduce(1, Math::multiplyExact) / kernel;
            var result = new float[channels.outputs() * block * inputs * reached * rows];
            for (int oc = 0; oc < channels.outputs(); oc++) {
                for (int i = 0; i < block; i++) {
                    int within = oc % outputs;
                    int channel =
                            oc / outputs * outputs * block + (byOutput ? within * block + i : i * outputs + within);
                    for (int ic = 0; ic < inputs; ic++) {
                        for (int kw = 0; kw < kernel; kw++) {
                            int place = i * width.stride() + kw * width.dilation();
                            int start = (channel * inputs * reached + input(ic, place)) * rows;
                            for (int row = 0; row < rows; row++) {
                                result[start + row] = weights[((oc * inputs + ic) * rows + row) * kernel + kw];
                            }
                        }
                    }
                }
            }
            return result;
        }

        /** Returns the copies of each block's source elements, of which neighbours share some. */
        private List<Copy> unroll(Region unrolled) {
            // [MB, C, rows…, column, place], whichever of C and place is the faster.
            Region target = unrolled.with(
                    part -> byChannel ? last(part.split(1, reached), 2) : last(part.split(1, channels.inputs()), 1));
            var copies = new ArrayList<Copy>();
            for (int first = 0; first < reached; first += step) {
                int count = Math.min(step, reached - first);
                piece(task.src(), target, first - width.paddingL(), first, count, copies);
            }
            return copies;
        }

        /** Moves an axis to the end. */
        private static Part last(Part part, int moved) {
            int rank = part.dims().rank();
            var order = new int[rank];
            int next = 0;
            for (int i = 0; i < rank; i++) {
                if (i != moved) {
                    order[next++] = i;
                }
            }
            order[next] = moved;
            return part.permute(order);
        }

        /** Copies places {@code first} to {@code first + count} of every column; in the source column 0's begin at {@code start}. */
        private void piece(Region src, Region target, long start, int first, int count, List<Copy> copies) {
            long extent = width.src();
            // Padding may be far wider than the source; columns that reach nothing of it are not gone through.
            long column = Math.max(0, Math.floorDiv(-start - count, step) + 1);
            long end = Math.min(columns, Math.floorDiv(extent - start - 1, step) + 1);
            while (column < end) {
                long begin = start + column * step;
                long from = Math.max(0, -begin);
                long to = Math.min(count, extent - begin);
                long whole = 1;
                if (from == 0 && to == count) {
                    whole = Math.min(columns - column, (extent - count - begin) / step + 1);
                }
                copies.add(copyColumns(src, target, begin + from, column, whole, first + from, to - from));
                column += whole;
            }
        }

        private Copy copyColumns(
                Region src, Region target, long begin, long column, long number, long place, long length) {
            Region to = target.with(part -> part.slice(axis, column, number).slice(axis + 1, place, length));
            Region from = src.with(part -> {
                long[] extents = part.dims().toArray();
                long[] strides = part.strides();
                var more = Arrays.copyOf(extents, extents.length + 1);
                var moreStrides = Arrays.copyOf(strides, strides.length + 1);
                more[axis] = number;
                moreStrides[axis] = number == 1 ? strides[axis] * length : strides[axis] * step;
                more[axis + 1] = length;
                moreStrides[axis + 1] = strides[axis];
                return new Part(part.offset() + begin * strides[axis], Dims.of(more), moreStrides);
            });
            return new Copy(from, to);
        }

        /** Returns the copies from blocks to the destination. */
        private List<Copy> roll(Region made) {
            Region source = made.with(part -> {
                var split = part.split(1, (long) channels.outputsPerGroup() * block);
                split = byOutput ? split.split(2, block) : split.split(2, channels.outputsPerGroup());
                // [MB, G, OC/G, rows…, column, place]
                return last(split, byOutput ? 3 : 2);
            });
            Region target = task.dst().with(part -> part.split(1, channels.outputsPerGroup()));
            int at = axis + 1;
            long whole = width.dst() / block;
            var copies = new ArrayList<Copy>();
            if (whole > 0) {
                copies.add(new Copy(
                        source.with(part -> part.slice(at, 0, whole)),
                        target.with(part -> part.slice(at, 0, whole * block).split(at, block))));
            }
            long rest = width.dst() - whole * block;
            if (rest > 0) {
                copies.add(new Copy(
                        source.with(part -> part.slice(at, whole, 1).slice(at + 1, 0, rest)),
                        target.with(part -> part.slice(at, whole * block, rest).split(at, rest))));
            }
            return copies;
        }
    }
}
