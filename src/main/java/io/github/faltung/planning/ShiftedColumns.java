package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * A depthwise layer of a few channels, such as a filter of pictures, as one for each column of its window: each reads rows of the source as blocks of
 * channels, shifted by as many elements as the column is off the first, and adds to what the others made. No product more than needed, and
 * whole vectors.
 *
 * <p>A row and the next lie in memory one behind the other, so that the outputs at the end of a row, whose windows reach beyond it, are of
 * both: those are left out in the end. Rows that already lie so, whole blocks one behind the other, are used where they are, if nothing
 * depends on what is left behind their ends.
 */
final class ShiftedColumns implements Formulation {
    /** With so many channels vectors are full without it. */
    private static final int FEW = 8;

    private static final int REGISTER = 16;

    /** So many channels in a block are enough for a kernel to be fast. */
    private static final int BLOCK = 48;

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        var channels = Channels.of(layer);
        boolean applies = !layer.transposed()
                && layer.spatialRank() == 2
                && channels.groups() == channels.inputs()
                && channels.groups() == channels.outputs()
                && channels.groups() <= FEW
                && layer.strides().get(1) == 1
                && layer.kernel().get(1) > 1
                && task.src().dims().get(0) == 1
                && task.dst().dims().get(3) * channels.groups() >= BLOCK
                && !layer.readsDestination()
                && !task.src().isBlocked()
                && !task.dst().isBlocked();
        return applies ? List.of(new Rows(task).draft()) : List.of();
    }

    /** The rows of one task as blocks. */
    private static final class Rows {
        private final Task task;
        private final ConvolutionDescriptor layer;
        private final AxisGeometry width;
        private final int channels;
        private final int block;
        private final long blocks;
        private final boolean readsInPlace;
        private final boolean writesInPlace;

        Rows(Task task) {
            this.task = task;
            this.layer = task.layer();
            this.width = task.problem().axes().get(1);
            this.channels = layer.groups();
            this.block = block(channels);
            long places = Math.max(width.dst() + width.extent() - 1, width.src() + width.paddingL());
            long needed = (places * channels + block - 1) / block;
            long ofSrc = blocksOf(task.src(), 1);
            long ofDst = task.dst().storage().isLoose() ? blocksOf(task.dst(), 0) : 0;
            boolean isPadded = width.paddingL() > 0 || width.dst() + width.extent() - 1 > width.src();
            this.readsInPlace = ofSrc > 0 && !isPadded;
            this.blocks = readsInPlace ? ofSrc : Math.max(needed, ofDst);
            this.writesInPlace = ofDst == blocks;
        }

        /** Returns a multiple of the channels, so that each place in a block is always of the same one, and of a register. */
        private static int block(int channels) {
            int block = REGISTER;
            while (block % channels != 0 || block < BLOCK) {
                block += REGISTER;
            }
            return block;
        }

        /** Returns how many blocks a region's rows have, or 0 if they are not whole blocks, or fewer rows follow in memory. */
        private long blocksOf(Region region, int spareRows) {
            Part part = region.part();
            long pitch = part.stride(2);
            boolean isRow = (channels == 1 || part.stride(1) == 1) && part.stride(3) == channels;
            long end = part.offset() + pitch * (part.dims().get(2) + spareRows);
            boolean isThere =
                    region.storage().isOwn() && end <= region.storage().part().end();
            return isRow && isThere && pitch % block == 0 ? pitch / block : 0;
        }

        Draft draft() {
            long height = task.src().dims().get(2);
            // One row more, into which the last one's shifted blocks reach.
            Region wide = readsInPlace ? blocks(task.src()) : rows(height + 1).with(part -> part.slice(2, 0, height));
            Region made =
                    writesInPlace ? blocks(task.dst()) : rows(task.dst().dims().get(2));
            var tasks = new ArrayList<Task>();
            for (int column = 0; column < width.kernel(); column++) {
                long shift = (long) column * width.dilation() * channels;
                tasks.add(pass(column, wide.with(part -> part.shifted(shift)), made));
            }
            return new Draft(
                    width.kernel() + " shifted columns",
                    readsInPlace
                            ? List.of()
                            : List.of(new Copy(
                                    task.src(),
                                    pixels(wide, width.paddingL(), task.src().dims()))),
                    tasks,
                    writesInPlace
                            ? List.of()
                            : List.of(new Copy(pixels(made, 0, task.dst().dims()), task.dst())));
        }

        /** Returns rows as they lie, said as blocks. */
        private Region blocks(Region rows) {
            Part part = rows.part();
            Dims dims = Dims.of(1, block, part.dims().get(2), blocks);
            long[] strides = Layout.CHANNELS_LAST.strides(dims);
            return rows.with(whole -> new Part(whole.offset(), dims, strides));
        }

        private Region rows(long count) {
            return Storage.strided(
                            task.src().storage().dataType(), Dims.of(1, block, count, blocks), Layout.CHANNELS_LAST)
                    .whole();
        }

        /** Returns the elements of a picture that begins at a column, within rows. */
        private Region pixels(Region rows, long column, Dims dims) {
            long pitch = blocks * block;
            long[] strides = {pitch * dims.get(2), 1, pitch, channels};
            return rows.with(part -> new Part(column * channels, dims, strides));
        }

        private Task pass(int column, Region src, Region dst) {
            var chain = new ArrayList<PostOp>();
            if (column > 0) {
                chain.add(PostOp.sum());
            }
            if (column == width.kernel() - 1) {
                chain.addAll(Channels.postOps(layer.postOps(), block, channel -> channel % channels));
            }
            List<Axis> axes = List.of(Axis.of(task.problem()).get(0), Axis.NONE);
            var said = Axis.layer(layer, false, new Channels(block, block, block), axes, chain);
            return task.saidAs(
                    said,
                    "column " + column,
                    parameters -> new Parameters(
                            weights(parameters.weights(), column),
                            column > 0 ? null : Channels.bias(parameters.bias(), block, channel -> channel % channels)),
                    src,
                    dst);
        }

        private float[] weights(float[] weights, int column) {
            int height = layer.kernel().get(0);
            var result = new float[block * height];
            for (int i = 0; i < result.length; i++) {
                result[i] = weights[(i / height % channels * height + i % height) * width.kernel() + column];
            }
            return result;
        }
    }
}
