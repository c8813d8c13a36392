package io.github.faltung.tensor;

import java.lang.ref.Cleaner;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The bytes behind a tensor: allocated, or a caller's direct buffer. Read and written only between {@link Lifetime#enter} and
 * {@link Lifetime#exit}, so that they can't be freed meanwhile.
 */
final class NativeMemory {
    private static final MemoryProvider PROVIDER =
            Runtime.version().feature() >= 22 ? new ForeignMemoryProvider() : new UnsafeMemoryProvider();
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int WINDOW_MASK = (1 << MemoryProvider.WINDOW_SHIFT) - 1;

    private final long address;
    private final long bytes;
    private final ByteBuffer[] windows;
    private final Lifetime lifetime;

    private NativeMemory(long address, long bytes, List<ByteBuffer> windows, Runnable free) {
        this.address = address;
        this.bytes = bytes;
        this.windows = windows.toArray(ByteBuffer[]::new);
        this.lifetime = new Lifetime("tensor", free);
    }

    static NativeMemory allocate(long bytes) {
        MemoryProvider.Block block = PROVIDER.allocate(bytes);
        NativeMemory memory;
        try {
            memory = new NativeMemory(block.address(), bytes, block.windows(), block.free());
        } catch (Throwable e) {
            block.free().run();
            throw e;
        }
        try {
            // A forgotten tensor is freed silently, as the JDK's direct buffers are.
            CLEANER.register(memory, memory.lifetime::closeWhenUnused);
            return memory;
        } catch (Throwable e) {
            memory.close();
            throw e;
        }
    }

    /** Returns the address of a direct buffer's element at its position. */
    static long addressOf(Buffer direct) {
        return PROVIDER.addressOf(direct);
    }

    /** Returns whether someone may free a direct buffer's memory though the buffer is in use. */
    static boolean canBeClosed(Buffer direct) {
        return PROVIDER.canBeClosed(direct);
    }

    /** The part between a direct, native-order buffer's position and limit. */
    static NativeMemory of(FloatBuffer direct) {
        int bytes = direct.remaining() * Float.BYTES;
        ByteBuffer window = PROVIDER.bytesOf(direct, bytes);
        long address = PROVIDER.addressOf(direct);
        return new NativeMemory(
                address,
                bytes,
                MemoryProvider.windows(bytes, (start, length) -> window.slice((int) start, length)),
                () -> {});
    }

    /**
     * Begins a use.
     *
     * @throws IllegalStateException if closed
     */
    void enter() {
        lifetime.enter();
    }

    void exit() {
        lifetime.exit();
    }

    void close() {
        lifetime.closeWhenUnused();
    }

    boolean isClosed() {
        return lifetime.isClosed();
    }

    long address() {
        if (lifetime.isOver()) {
            throw new IllegalStateException("tensor is closed");
        }
        return address;
    }

    long bytes() {
        return bytes;
    }

    boolean overlaps(NativeMemory other) {
        return address < other.address + other.bytes && other.address < address + bytes;
    }

    /** Returns an element, which is exact in double precision whatever its type. */
    double get(DataType type, long index) {
        long at = index * type.bytes();
        ByteBuffer window = windows[(int) (at >>> MemoryProvider.WINDOW_SHIFT)];
        int offset = (int) at & WINDOW_MASK;
        return switch (type) {
            case F32 -> window.getFloat(offset);
            case BF16 -> HalfPrecision.ofBfloat16(window.getShort(offset));
            case F16 -> HalfPrecision.ofFloat16(window.getShort(offset));
            case S32 -> window.getInt(offset);
            case U8 -> window.get(offset) & 0xff;
            case S8 -> window.get(offset);
        };
    }

    /** Overwrites an element by a number, rounded to its type as {@link DataType#round} does. */
    void set(DataType type, long index, double value) {
        long at = index * type.bytes();
        ByteBuffer window = windows[(int) (at >>> MemoryProvider.WINDOW_SHIFT)];
        int offset = (int) at & WINDOW_MASK;
        switch (type) {
            case F32 -> window.putFloat(offset, (float) value);
            case BF16 -> window.putShort(offset, HalfPrecision.toBfloat16(value));
            case F16 -> window.putShort(offset, HalfPrecision.toFloat16(value));
            case S32 -> window.putInt(offset, (int) type.round(value));
            case U8, S8 -> window.put(offset, (byte) (int) type.round(value));
        }
    }

    /** Returns the elements of a tensor that this is the memory of. */
    Elements elements(DataType type, Dims dims, long[] strides) {
        return switch (type) {
            case F32, S32 -> new Words(type, dims, strides, windows);
            case BF16, F16 -> new Halves(type, dims, strides, windows);
            case U8, S8 -> new Octets(type, dims, strides, windows);
        };
    }

    /** Overwrites all bytes by another memory's of the same size, or the same. */
    void copyFrom(NativeMemory other) {
        for (int window = 0; window < windows.length; window++) {
            windows[window].put(0, other.windows[window], 0, windows[window].capacity());
        }
    }

    /** Copies consecutive f32 elements from here to the buffer, which it fills. */
    void read(long index, FloatBuffer into) {
        while (into.hasRemaining()) {
            FloatBuffer piece = floatsFrom(index, into.remaining());
            index += piece.remaining();
            into.put(piece);
        }
    }

    /** Copies the buffer's remaining elements to here, as f32. */
    void write(long index, FloatBuffer from) {
        int end = from.limit();
        while (from.hasRemaining()) {
            FloatBuffer piece = floatsFrom(index, from.remaining());
            from.limit(from.position() + piece.remaining());
            index += piece.remaining();
            piece.put(from);
            from.limit(end);
        }
    }

    /** Copies consecutive elements' bits from here to between the buffer's position and limit, in its byte order. */
    void readBits(DataType type, long index, ByteBuffer into) {
        long at = index * type.bytes();
        for (int done = 0; done < into.remaining(); ) {
            ByteBuffer here = bytesFrom(at + done, into.remaining() - done);
            ByteBuffer there =
                    into.slice(into.position() + done, here.remaining()).order(into.order());
            done += here.remaining();
            copyBits(type, here, there);
        }
    }

    /** Copies consecutive elements' bits from between the buffer's position and limit, in its byte order, to here. */
    void writeBits(DataType type, long index, ByteBuffer from) {
        long at = index * type.bytes();
        for (int done = 0; done < from.remaining(); ) {
            ByteBuffer here = bytesFrom(at + done, from.remaining() - done);
            ByteBuffer there =
                    from.slice(from.position() + done, here.remaining()).order(from.order());
            done += here.remaining();
            copyBits(type, there, here);
        }
    }

    /** A view of another byte order than its target's has its elements turned by the JDK. */
    private static void copyBits(DataType type, ByteBuffer from, ByteBuffer to) {
        switch (type.bytes()) {
            case Byte.BYTES -> to.put(from);
            case Short.BYTES -> to.asShortBuffer().put(from.asShortBuffer());
            default -> to.asIntBuffer().put(from.asIntBuffer());
        }
    }

    private FloatBuffer floatsFrom(long index, int atMost) {
        return bytesFrom(index << 2, (long) atMost << 2).asFloatBuffer();
    }

    private ByteBuffer bytesFrom(long at, long atMost) {
        ByteBuffer window = windows[(int) (at >>> MemoryProvider.WINDOW_SHIFT)];
        int start = (int) at & WINDOW_MASK;
        long length = Math.min(atMost, window.capacity() - start);
        return window.slice(start, (int) length).order(ByteOrder.nativeOrder());
    }
}
