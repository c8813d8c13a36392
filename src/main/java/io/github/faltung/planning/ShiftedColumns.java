package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * A depthwise layer of a few channels, such as a filter of pictures, as one for each column of its window: each reads rows of the source as
 * channels, whole rows or blocks of them, shifted by as many elements as the column is off the first, and adds to what the others made. No
 * product more than needed, and whole vectors. Columns of many rows are cut into bands of a few.
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

    /**
     * Windows of so many rows are fastest with whole rows as channels and rows as columns: oneDNN's kernel then has each element at hand for
     * the next row. With more, its speed falls to that of rows one by one, and below.
     */
    static final int FEW_ROWS = 8;

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
                && task.src().dims().get(0) == 1
                && task.dst().dims().get(3) * channels.groups() >= BLOCK
                && !layer.readsDestination()
                && layer.types().dst() == DataType.F32 // which holds the sums between two columns
                && !task.src().isBlocked()
                && !task.dst().isBlocked();
        if (!applies) {
            return List.of();
        }
        var rows = new Rows(task);
        return rows.hasSeveralPasses() ? List.of(rows.draft()) : List.of();
    }

    /** The rows of one task as blocks. */
    private static final class Rows {
        private final Task task;
        private final ConvolutionDescriptor layer;
        private final AxisGeometry width;
        private final int channels;
        private final int block;
        private final long blocks;
        /** In so many parts a window's rows are taken. */
        private final int bands;

        private final boolean takesWholeRows;
        private final boolean readsInPlace;
        private final boolean writesInPlace;

        Rows(Task task) {
            this.task = task;
            this.layer = task.layer();
            this.width = task.geometry().get(1);
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
            AxisGeometry height = task.geometry().get(0);
            int rows = layer.kernel().get(0);
            boolean isCut = rows > FEW_ROWS && height.paddingL() == 0 && height.paddingR() <= 0;
            this.bands = isCut ? (rows + FEW_ROWS - 1) / FEW_ROWS : 1;
            this.takesWholeRows = rows <= FEW_ROWS || isCut;
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

        boolean hasSeveralPasses() {
            return bands * width.kernel() > 1;
        }

        Draft draft() {
            long height = task.src().dims().get(2);
            long made = task.dst().dims().get(2);
            // One row more, into which the last one's shifted blocks reach.
            Region from = said(readsInPlace ? task.src() : rows(height + 1), height);
            Region to = said(writesInPlace ? task.dst() : rows(made), made);
            return new Draft(
                    text(),
                    readsInPlace
                            ? List.of()
                            : List.of(new Copy(
                                    task.src(),
                                    pixels(from, width.paddingL(), task.src().dims()))),
                    passes(from, to),
                    writesInPlace
                            ? List.of()
                            : List.of(new Copy(pixels(to, 0, task.dst().dims()), task.dst())));
        }

        private String text() {
            String columns = width.kernel() + " shifted columns";
            return bands == 1 ? columns : (width.kernel() == 1 ? "" : columns + " in ") + bands + " bands of rows";
        }

        private List<Task> passes(Region from, Region to) {
            var passes = new ArrayList<Task>();
            int rows = layer.kernel().get(0);
            for (int band = 0; band < bands; band++) {
                int top = rows * band / bands;
                int count = rows * (band + 1) / bands - top;
                for (int column = 0; column < width.kernel(); column++) {
                    passes.add(pass(new Window(top, count, column), from, to));
                }
            }
            return passes;
        }

        /** Some rows of a column of a window. */
        private record Window(int top, int rows, int column) {}

        /** Returns rows as they lie, said as passes take them. */
        private Region said(Region rows, long height) {
            Dims dims = takesWholeRows ? Dims.of(1, taken(), 1, height) : Dims.of(1, taken(), height, blocks);
            return rows.with(part -> new Part(part.offset(), dims, Layout.CHANNELS_LAST.strides(dims)));
        }

        /** Returns how many elements passes take for channels. */
        private int taken() {
            return takesWholeRows ? Math.toIntExact(block * blocks) : block;
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

        private Task pass(Window window, Region src, Region dst) {
            int taken = taken();
            boolean isFirst = window.top == 0 && window.column == 0;
            boolean isLast = window.top + window.rows == layer.kernel().get(0) && window.column == width.kernel() - 1;
            var chain = new ArrayList<PostOp>(isFirst ? List.of() : List.of(PostOp.sum()));
            if (isLast) {
                chain.addAll(Channels.postOps(layer.postOps(), taken, channel -> channel % channels));
            }
            Axis all = task.axes().get(0);
            Axis height =
                    new Axis(window.rows, all.stride(), all.dilation(), all.before(), all.after(), all.outputPadding());
            List<Axis> axes = takesWholeRows ? List.of(Axis.NONE, height) : List.of(height, Axis.NONE);
            return task.saidAs(
                    Axis.layer(layer, false, new Channels(taken, taken, taken), axes, chain),
                    "rows from " + window.top + " column " + window.column,
                    parameters -> new Parameters(
                            weights(parameters.weights(), window),
                            isFirst ? Channels.bias(parameters.bias(), taken, channel -> channel % channels) : null),
                    seen(src, window),
                    dst);
        }

        /** Returns what the first row and column of a window see, and the rows that follow. */
        private Region seen(Region src, Window window) {
            int dilation = layer.dilation().get(0);
            int axis = takesWholeRows ? 3 : 2;
            long shift = (long) window.column * width.dilation() * channels;
            long fewer = (long) (layer.kernel().get(0) - window.rows) * dilation;
            long first = (long) window.top * dilation;
            return src.with(part ->
                    part.slice(axis, first, part.dims().get(axis) - fewer).shifted(shift));
        }

        private float[] weights(float[] weights, Window window) {
            int height = layer.kernel().get(0);
            var result = new float[taken() * window.rows];
            for (int i = 0; i < result.length; i++) {
                int row = i / window.rows % channels * height + window.top + i % window.rows;
                result[i] = weights[row * width.kernel() + window.column];
            }
            return result;
        }
    }
}
