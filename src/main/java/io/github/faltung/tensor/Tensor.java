package io.github.faltung.tensor;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * An off-heap array of numbers with {@link Dims logical extents} and a stride per axis, aligned to 64 bytes, of any size.
 *
 * <p>Reading and writing elements is for one thread at a time, as with an array; everything else is thread-safe: a tensor may be
 * closed while a layer computes with it, its memory is freed when the layer is done.
 *
 * <p>Whoever makes a tensor closes it. One that is forgotten is freed when the garbage collector finds it.
 */
public final class Tensor implements AutoCloseable {
    private final DataType dataType;
    private final Dims dims;
    private final long[] strides;
    private final NativeMemory memory;

    private Tensor(DataType dataType, Dims dims, long[] strides, NativeMemory memory) {
        this.dataType = dataType;
        this.dims = dims;
        this.strides = strides;
        this.memory = memory;
    }

    /**
     * Allocates a dense tensor of zeros.
     *
     * @throws IllegalArgumentException if its size in bytes overflows
     * @throws OutOfMemoryError if there is no such memory; {@code -XX:MaxDirectMemorySize} bounds it
     */
    public static Tensor allocate(DataType dataType, Dims dims, Layout layout) {
        return allocate(dataType, dims, layout.strides(dims));
    }

    /** Allocates a dense f32 tensor of zeros, channels first. */
    public static Tensor allocate(Dims dims) {
        return allocate(DataType.F32, dims, Layout.CHANNELS_FIRST);
    }

    /**
     * Allocates a tensor of zeros with a stride for each axis.
     *
     * @param strides the distance between neighbours along each axis, in elements
     * @throws IllegalArgumentException if there are not as many strides as axes, one is less than 1, two elements would share
     *     their memory, or the size in bytes overflows
     */
    public static Tensor allocate(DataType dataType, Dims dims, long... strides) {
        long[] own = strides.clone();
        long span = Strides.span(dims, own);
        if (span > Long.MAX_VALUE / 2 / dataType.bytes()) {
            throw new IllegalArgumentException("tensor must have fewer than 2^62 bytes, but " + dims + " " + dataType
                    + " with strides " + Arrays.toString(own) + " has more");
        }
        return new Tensor(dataType, dims, own, NativeMemory.allocate(span * dataType.bytes()));
    }

    /**
     * Copies an array into a new f32 tensor.
     *
     * @param values as many as {@code dims} has elements, in the layout's order
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static Tensor of(float[] values, Dims dims, Layout layout) {
        BufferRules.requireLength("values", values.length, dims);
        Tensor tensor = allocate(DataType.F32, dims, layout);
        tensor.copyFrom(values, layout);
        return tensor;
    }

    /** Copies an array, channels first, into a new f32 tensor. */
    public static Tensor of(float[] values, Dims dims) {
        return of(values, dims, Layout.CHANNELS_FIRST);
    }

    /**
     * Makes an f32 tensor of a buffer's elements from its position on. A heap buffer is copied. A direct buffer is wrapped, not
     * copied: the tensor reads and writes the caller's memory and keeps it alive; closing the tensor leaves it to the caller. The
     * buffer's position and limit are left as they are.
     *
     * <p>A direct buffer may be of a mapped file. Native code ends the process where it reads a page that the file no longer has: who can't
     * keep others from shortening the file copies it instead.
     *
     * @param values at least as many remaining as {@code dims} has elements, in the layout's order
     * @throws IllegalArgumentException if the buffer is read-only, has too few elements remaining, or is direct and not in native
     *     byte order, not aligned to 4 bytes, or of an arena that someone may close, as JDK 22 and later can tell
     */
    public static Tensor of(FloatBuffer values, Dims dims, Layout layout) {
        BufferRules.requireWritable(values);
        BufferRules.requireRemaining(values, dims);
        if (!values.isDirect()) {
            Tensor tensor = allocate(DataType.F32, dims, layout);
            tensor.copyFrom(values, layout);
            return tensor;
        }
        FloatBuffer part = values.slice(values.position(), (int) dims.elements());
        BufferRules.requireWrappable(values, part);
        return new Tensor(DataType.F32, dims, layout.strides(dims), NativeMemory.of(part));
    }

    /** Makes an f32 tensor, channels first, of a buffer's elements; see {@link #of(FloatBuffer, Dims, Layout)}. */
    public static Tensor of(FloatBuffer values, Dims dims) {
        return of(values, dims, Layout.CHANNELS_FIRST);
    }

    /**
     * Copies whole numbers into a new tensor, whose type must hold each exactly.
     *
     * @param values as many as {@code dims} has elements, in the layout's order
     * @throws IllegalArgumentException if there are more or fewer, or the type doesn't hold one
     */
    public static Tensor of(int[] values, DataType dataType, Dims dims, Layout layout) {
        BufferRules.requireLength("values", values.length, dims);
        for (int value : values) {
            if (dataType.round(value) != value) {
                throw new IllegalArgumentException(
                        "values must be in the range of " + dataType + ", but one was " + value);
            }
        }
        Tensor tensor = allocate(dataType, dims, layout);
        tensor.fill(values, layout);
        return tensor;
    }

    private void fill(int[] values, Layout order) {
        memory.enter();
        try {
            ElementCopy.copy(elements(), Words.of(values, dims, order));
        } finally {
            memory.exit();
        }
    }

    /**
     * Overwrites all elements by those of another tensor, converted: to nearest, ties to even; out of range to an infinity, or to the
     * nearest bound of an integer type.
     *
     * @param other of the same dims; any type, layout and strides; read
     * @throws IllegalArgumentException if its dims are others
     * @throws IllegalStateException if one of the two is closed
     */
    public void copyFrom(Tensor other) {
        if (!other.dims.equals(dims)) {
            throw new IllegalArgumentException("other must have dims " + dims + ", but had " + other.dims);
        }
        whileHeld(this, other, (to, from) -> {
            if (to.liesAs(from)) {
                to.memory.copyFrom(from.memory);
                return;
            }
            ElementCopy.copy(to.elements(), from.elements());
        });
    }

    /**
     * Copies the elements of a part of one tensor to a part of another, or of the same tensor if the parts don't overlap; converted if the
     * types differ, as {@link #copyFrom(Tensor)} does.
     *
     * @param from in the memory of {@code source}, read
     * @param to of the same dims, in the memory of {@code target}, overwritten
     * @throws IllegalArgumentException if dims differ, or a part ends beyond its tensor's memory
     * @throws IllegalStateException if one of the two is closed
     */
    public static void copy(Tensor source, Part from, Tensor target, Part to) {
        if (!from.dims().equals(to.dims())) {
            throw new IllegalArgumentException("to must have dims " + from.dims() + ", but had " + to.dims());
        }
        source.requireWithin(from);
        target.requireWithin(to);
        whileHeld(
                source,
                target,
                (read, written) ->
                        ElementCopy.copy(written.elements(to), to.offset(), read.elements(from), from.offset()));
    }

    private void requireWithin(Part part) {
        if (part.end() > memory.bytes() / dataType.bytes()) {
            throw new IllegalArgumentException("part must end within " + this + ", but was " + part);
        }
    }

    private Elements elements(Part part) {
        return memory.elements(dataType, part.dims(), part.strides());
    }

    private Elements elements() {
        return memory.elements(dataType, dims, strides);
    }

    /** Returns whether both have the same bytes in the same places, and no others. */
    private boolean liesAs(Tensor other) {
        return dataType == other.dataType
                && Stream.of(Layout.values()).anyMatch(layout -> isDense(layout) && other.isDense(layout));
    }

    /**
     * Overwrites all elements, each rounded to this tensor's type as {@link DataType#round} does.
     *
     * @param values as many as this tensor has, in the given order, which need not be the one in memory
     */
    public void copyFrom(float[] values, Layout order) {
        BufferRules.requireLength("values", values.length, dims);
        copyFrom(FloatBuffer.wrap(values), order);
    }

    /**
     * Overwrites all elements, each rounded once to this tensor's type as {@link DataType#round} does.
     *
     * @param values as many as this tensor has, in the given order, which need not be the one in memory
     */
    public void copyFrom(double[] values, Layout order) {
        BufferRules.requireLength("values", values.length, dims);
        memory.enter();
        try {
            var next = new int[1];
            Strides.forEach(dims, strides, order, offset -> memory.set(dataType, offset, values[next[0]++]));
        } finally {
            memory.exit();
        }
    }

    /** Overwrites all elements by those from the buffer's position on; the position is left as it is. */
    public void copyFrom(FloatBuffer values, Layout order) {
        BufferRules.requireRemaining(values, dims);
        FloatBuffer part = values.slice(values.position(), (int) dims.elements());
        memory.enter();
        try {
            if (dataType == DataType.F32 && isDense(order)) {
                memory.write(0, part);
            } else {
                ElementCopy.copy(elements(), new Floats(part, dims, order));
            }
        } finally {
            memory.exit();
        }
    }

    /**
     * Copies all elements into a buffer from its position on; the position is left as it is.
     *
     * @throws IllegalArgumentException if the buffer is read-only or has too few elements remaining
     */
    public void copyTo(FloatBuffer values, Layout order) {
        BufferRules.requireWritable(values);
        BufferRules.requireRemaining(values, dims);
        FloatBuffer part = values.slice(values.position(), (int) dims.elements());
        memory.enter();
        try {
            if (dataType == DataType.F32 && isDense(order)) {
                memory.read(0, part);
            } else {
                ElementCopy.copy(new Floats(part, dims, order), elements());
            }
        } finally {
            memory.exit();
        }
    }

    /**
     * Overwrites consecutive elements of a dense tensor, channels first, by the bits of others of its type: how one that no buffer can hold
     * is filled piece by piece.
     *
     * @param bits whole elements between the buffer's position and its limit, which are left as they are, in the buffer's byte order
     * @param first where the first of them goes, in channels-first order
     * @throws IllegalArgumentException if the tensor is not dense, channels first, or an element is incomplete
     * @throws IndexOutOfBoundsException if an element has no place
     */
    public void copyBitsFrom(ByteBuffer bits, long first) {
        requireBits(bits, first);
        memory.enter();
        try {
            memory.writeBits(dataType, first, bits);
        } finally {
            memory.exit();
        }
    }

    /**
     * Copies the bits of consecutive elements of a dense tensor, channels first, into a buffer from its position to its limit, in its
     * byte order.
     *
     * @param first the first element to copy, in channels-first order
     * @throws IllegalArgumentException if the tensor is not dense, channels first, the buffer is read-only, or its end would cut an element
     * @throws IndexOutOfBoundsException if there are fewer elements
     */
    public void copyBitsTo(ByteBuffer bits, long first) {
        BufferRules.requireWritable(bits);
        requireBits(bits, first);
        memory.enter();
        try {
            memory.readBits(dataType, first, bits);
        } finally {
            memory.exit();
        }
    }

    private void requireBits(ByteBuffer bits, long first) {
        if (!isDense(Layout.CHANNELS_FIRST)) {
            throw new IllegalArgumentException("a tensor must be dense, channels first, but was " + this);
        }
        if (bits.remaining() % dataType.bytes() != 0) {
            throw new IllegalArgumentException("bits must be whole elements of " + dataType + ", " + dataType.bytes()
                    + " bytes each, but were " + bits.remaining() + " bytes");
        }
        Objects.checkFromIndexSize(first, bits.remaining() / dataType.bytes(), dims.elements());
    }

    /** Copies all elements into an array of just their number. */
    public void copyTo(float[] values, Layout order) {
        BufferRules.requireLength("values", values.length, dims);
        copyTo(FloatBuffer.wrap(values), order);
    }

    /**
     * Returns a copy of the elements in the given order.
     *
     * @throws IllegalArgumentException if there are more than a Java array can hold
     */
    public float[] toFloatArray(Layout order) {
        if (dims.elements() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("an array can't hold the " + dims.elements() + " elements of " + this);
        }
        var values = new float[(int) dims.elements()];
        copyTo(values, order);
        return values;
    }

    /**
     * Returns a copy of the elements of an integer type in the given order.
     *
     * @throws IllegalArgumentException if the type is no integer type, or there are more elements than a Java array can hold
     */
    public int[] toIntArray(Layout order) {
        if (dataType.isFloating() || dims.elements() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("integers of an array can't hold the elements of " + this);
        }
        var values = new int[(int) dims.elements()];
        memory.enter();
        try {
            ElementCopy.copy(Words.of(values, dims, order), elements());
        } finally {
            memory.exit();
        }
        return values;
    }

    /** Returns a copy of the elements, channels first: the order of the dims as they are written. */
    public float[] toFloatArray() {
        return toFloatArray(Layout.CHANNELS_FIRST);
    }

    /**
     * Returns one element. Safe in every way and therefore slow; bulk copies are fast.
     *
     * @throws IndexOutOfBoundsException if an index is not within its axis, or there is not one for each axis
     * @throws IllegalStateException if closed
     */
    public float get(long... indices) {
        long offset = offset(indices);
        memory.enter();
        try {
            return (float) memory.get(dataType, offset);
        } finally {
            memory.exit();
        }
    }

    /**
     * Returns one element exactly: an f32 does not hold every s32.
     *
     * @throws IndexOutOfBoundsException if an index is not within its axis, or there is not one for each axis
     * @throws IllegalStateException if closed
     */
    public double getDouble(long... indices) {
        long offset = offset(indices);
        memory.enter();
        try {
            return memory.get(dataType, offset);
        } finally {
            memory.exit();
        }
    }

    /**
     * Overwrites one element by a number, rounded to its type.
     *
     * @throws IndexOutOfBoundsException if an index is not within its axis, or there is not one for each axis
     * @throws IllegalStateException if closed
     */
    public void set(float value, long... indices) {
        long offset = offset(indices);
        memory.enter();
        try {
            memory.set(dataType, offset, value);
        } finally {
            memory.exit();
        }
    }

    private long offset(long... indices) {
        if (indices.length != dims.rank()) {
            throw new IndexOutOfBoundsException("there must be " + dims.rank() + " indices, one for each axis of "
                    + dims + ", but were " + indices.length);
        }
        long offset = 0;
        for (int axis = 0; axis < indices.length; axis++) {
            if (indices[axis] < 0 || indices[axis] >= dims.get(axis)) {
                throw new IndexOutOfBoundsException(
                        "index " + indices[axis] + " is not within axis " + axis + " of " + dims);
            }
            offset += indices[axis] * strides[axis];
        }
        return offset;
    }

    /** Returns the type of the elements. */
    public DataType dataType() {
        return dataType;
    }

    /** Returns the logical extents. */
    public Dims dims() {
        return dims;
    }

    /** Returns the distance in elements between neighbours along one axis. */
    public long stride(int axis) {
        return strides[axis];
    }

    /** Returns the size in memory, gaps between strides included. */
    public long bytes() {
        return memory.bytes();
    }

    /** Returns whether the elements lie in the layout's order without gaps; strides along axes of extent 1 don't matter. */
    public boolean isDense(Layout layout) {
        return Strides.isDense(dims, strides, layout);
    }

    /** Returns whether two open tensors share memory, even if only gaps of one hold elements of the other. */
    public boolean overlaps(Tensor other) {
        // A closed one has none: what it had may be another tensor's by now.
        return !isClosed() && !other.isClosed() && memory.overlaps(other.memory);
    }

    /**
     * Returns the address of the first element, for native code. Memory is sure to be there only inside {@link #whileHeld}.
     *
     * @throws IllegalStateException if closed and freed
     */
    public long address() {
        return memory.address();
    }

    /**
     * Calls {@code body} with two tensors whose memory is not freed meanwhile, even if someone closes them. Allocates nothing.
     *
     * @throws IllegalStateException if one is closed already
     */
    public static void whileHeld(Tensor a, Tensor b, BiConsumer<Tensor, Tensor> body) {
        a.memory.enter();
        try {
            b.memory.enter();
            try {
                body.accept(a, b);
            } finally {
                b.memory.exit();
                Reference.reachabilityFence(b);
            }
        } finally {
            a.memory.exit();
            Reference.reachabilityFence(a);
        }
    }

    /** Frees the memory, or leaves it to whoever is using it right now. A second call does nothing. */
    @Override
    public void close() {
        memory.close();
    }

    /** Returns whether {@link #close} was called. */
    public boolean isClosed() {
        return memory.isClosed();
    }

    /** Returns type, dims and strides, such as {@code f32 1x3x8x8 strides [192, 64, 8, 1]}. */
    @Override
    public String toString() {
        return dataType + " " + dims + " strides " + Arrays.toString(strides);
    }
}
