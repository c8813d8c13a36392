package io.github.faltung.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Copies all elements of some dims from one place to another, converted, whatever the strides of each: block by block, so that what is
 * gathered, converted, turned and scattered stays in the first-level cache, and both memories are walked along their own fastest axis.
 *
 * <p>A block is a rectangle of rows along the target's fastest axis. Where the source's fastest axis is another one, its rows lie
 * across these, and the block is turned in between.
 */
final class ElementCopy {
    /** Four arrays of 32 bits each, those of the elements' own widths and the turned lanes included, fit a first-level cache of 32 KiB. */
    private static final int BLOCK = 2048;

    /** The least length of a block's rows, if the axis has as many: some cache lines of even the narrowest type. */
    private static final int ROW = 64;

    private final Elements to;
    private final Elements from;
    private final LaneConversion conversion;
    private final int[] lanes;
    private final int[] turned;

    /** From slowest to fastest in the target, without the two that span a block. */
    private final List<Axis> outer;

    private final Axis along;
    private final Axis across;
    private final boolean turns;
    private final int alongStep;
    private final int acrossStep;

    private ElementCopy(Elements to, Elements from, List<Axis> axes, int block) {
        this.to = to;
        this.from = from;
        outer = new ArrayList<>(axes);
        along = outer.remove(outer.size() - 1);
        Axis fastest = axes.stream().min(Comparator.comparingLong(Axis::from)).orElseThrow();
        turns = fastest.from < along.from;
        if (turns) {
            across = fastest;
            outer.remove(fastest);
        } else {
            across = outer.isEmpty() ? Axis.NONE : outer.remove(outer.size() - 1);
        }
        int atLeast = (int) Math.min(along.extent, turns ? ROW : block);
        acrossStep = (int) Math.min(across.extent, block / atLeast);
        alongStep = (int) Math.min(along.extent, block / acrossStep);
        conversion = new LaneConversion(from.type(), to.type(), block);
        lanes = new int[block];
        turned = turns ? new int[block] : lanes;
    }

    /** An axis with the distance of neighbours along it in the target and in the source. */
    private record Axis(long extent, long to, long from) {
        static final Axis NONE = new Axis(1, 0, 0);

        /** Returns whether a row along {@code faster} is followed by the next in both places. */
        boolean continues(Axis faster) {
            return to == faster.extent * faster.to && from == faster.extent * faster.from;
        }
    }

    /** Returns how many elements are copied at once, and an array for them must hold. */
    static int block(Dims dims) {
        return (int) Math.min(BLOCK, dims.elements());
    }

    /** Copies all elements between two places of the same dims. */
    static void copy(Elements to, Elements from) {
        copy(to, 0, from, 0);
    }

    /** Copies elements between two places of the same dims, the first of which lie somewhere within their memory. */
    static void copy(Elements to, long firstTo, Elements from, long firstFrom) {
        new ElementCopy(to, from, axes(to, from), block(to.dims())).copyFrom(0, firstTo, firstFrom);
    }

    /** Returns the axes from the target's slowest to its fastest, those made one that can be, at least one. */
    private static List<Axis> axes(Elements to, Elements from) {
        Dims dims = to.dims();
        List<Axis> bySpeed = new ArrayList<>();
        for (int axis = 0; axis < dims.rank(); axis++) {
            if (dims.get(axis) > 1) {
                bySpeed.add(new Axis(dims.get(axis), to.stride(axis), from.stride(axis)));
            }
        }
        bySpeed.sort(Comparator.comparingLong(Axis::to).reversed());
        List<Axis> axes = new ArrayList<>();
        for (Axis axis : bySpeed) {
            if (!axes.isEmpty() && axes.get(axes.size() - 1).continues(axis)) {
                Axis slower = axes.remove(axes.size() - 1);
                axes.add(new Axis(slower.extent * axis.extent, axis.to, axis.from));
            } else {
                axes.add(axis);
            }
        }
        return axes.isEmpty() ? List.of(Axis.NONE) : axes;
    }

    private void copyFrom(int position, long target, long source) {
        if (position < outer.size()) {
            Axis axis = outer.get(position);
            for (long i = 0; i < axis.extent; i++) {
                copyFrom(position + 1, target + i * axis.to, source + i * axis.from);
            }
            return;
        }
        for (long i = 0; i < across.extent; i += acrossStep) {
            int rows = (int) Math.min(acrossStep, across.extent - i);
            for (long j = 0; j < along.extent; j += alongStep) {
                int length = (int) Math.min(alongStep, along.extent - j);
                copyBlock(
                        target + i * across.to + j * along.to, source + i * across.from + j * along.from, rows, length);
            }
        }
    }

    private void copyBlock(long target, long source, int rows, int length) {
        int count = rows * length;
        if (turns) {
            gather(source, along.from, length, across.from, rows);
        } else {
            gather(source, across.from, rows, along.from, length);
        }
        from.widen(lanes, count);
        conversion.convert(lanes, count);
        if (turns) {
            turn(rows, length);
        }
        to.narrow(turned, count);
        scatter(target, across.to, rows, along.to, length);
    }

    private void gather(long index, long rowStride, int rows, long stride, int length) {
        if (rowStride == length * stride) {
            from.gather(index, stride, rows * length, 0);
            return;
        }
        for (int row = 0; row < rows; row++) {
            from.gather(index + row * rowStride, stride, length, row * length);
        }
    }

    private void scatter(long index, long rowStride, int rows, long stride, int length) {
        if (rowStride == length * stride) {
            to.scatter(index, stride, rows * length, 0);
            return;
        }
        for (int row = 0; row < rows; row++) {
            to.scatter(index + row * rowStride, stride, length, row * length);
        }
    }

    /** Makes rows of the block of what was gathered across them; the longer loop inside. */
    private void turn(int rows, int length) {
        if (rows < length) {
            for (int row = 0; row < rows; row++) {
                for (int i = 0; i < length; i++) {
                    turned[row * length + i] = lanes[i * rows + row];
                }
            }
        } else {
            for (int i = 0; i < length; i++) {
                for (int row = 0; row < rows; row++) {
                    turned[row * length + i] = lanes[i * rows + row];
                }
            }
        }
    }
}
