package io.github.faltung.tensor;

/**
 * Numbers of one type that {@link ElementCopy} reads or writes a block at a time: gathered from where they lie into an array of their own
 * width, which is widened to lanes of 32 bits for the arithmetic; and back. In bulk where they are neighbours, else one by one.
 *
 * <p>The subclasses are alike but for the width, since Java has no generic code over primitive arrays and buffers.
 */
abstract class Elements {
    private final DataType type;
    private final Dims dims;
    private final long[] strides;
    private final int windowShift;
    private final int windowMask;

    /** Elements in buffers of as many as a {@link MemoryProvider#WINDOW_SHIFT window} has, the last one shorter. */
    Elements(DataType type, Dims dims, long[] strides) {
        this.type = type;
        this.dims = dims;
        this.strides = strides;
        this.windowShift = windowShift(type);
        this.windowMask = (1 << windowShift) - 1;
    }

    /** Returns the binary logarithm of how many elements of a type a window has. */
    static int windowShift(DataType type) {
        return MemoryProvider.WINDOW_SHIFT - Integer.numberOfTrailingZeros(type.bytes());
    }

    /** Returns the type of each. */
    final DataType type() {
        return type;
    }

    /** Returns their extents. */
    final Dims dims() {
        return dims;
    }

    /** Returns the distance in elements between neighbours along an axis. */
    final long stride(int axis) {
        return strides[axis];
    }

    /** Copies {@code count} elements, {@code stride} apart from {@code index} on, into the block from {@code at} on. */
    final void gather(long index, long stride, int count, int at) {
        for (int done = 0; done < count; ) {
            long next = index + done * stride;
            int start = (int) next & windowMask;
            int here = inWindow(start, stride, count - done);
            // Of one element alone in its window the stride may overflow, and doesn't matter.
            read((int) (next >>> windowShift), start, (int) stride, here, at + done);
            done += here;
        }
    }

    /** Copies {@code count} elements of the block from {@code at} on to where they go, {@code stride} apart from {@code index} on. */
    final void scatter(long index, long stride, int count, int at) {
        for (int done = 0; done < count; ) {
            long next = index + done * stride;
            int start = (int) next & windowMask;
            int here = inWindow(start, stride, count - done);
            write((int) (next >>> windowShift), start, (int) stride, here, at + done);
            done += here;
        }
    }

    private int inWindow(int start, long stride, int atMost) {
        // One element alone may have a stride of 0.
        return atMost == 1 ? 1 : (int) Math.min(atMost, (windowMask - start) / stride + 1);
    }

    abstract void read(int window, int start, int stride, int count, int at);

    abstract void write(int window, int start, int stride, int count, int at);

    /** Sets each lane to the pattern of an element of the block, sign-extended. */
    abstract void widen(int[] lanes, int count);

    /** Sets each element of the block to the low bits of a lane. */
    abstract void narrow(int[] lanes, int count);
}
