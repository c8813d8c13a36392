package io.github.faltung.tensor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * Memory on JDK 17 to 21, by {@code sun.misc.Unsafe}, which those JDKs offer for this purpose ({@code jdk.unsupported}).
 *
 * <p>Up to 2 GiB a block is a direct buffer. Beyond, the JDK has no buffer that long: the windows are then direct buffers whose
 * address and capacity are set by hand.
 */
final class UnsafeMemoryProvider extends MemoryProvider {
    private final DirectMemoryLimit large = new DirectMemoryLimit();
    private final MethodHandle allocateMemory;
    private final MethodHandle freeMemory;
    private final MethodHandle setMemory;
    private final MethodHandle invokeCleaner;
    private final MethodHandle getLong;
    private final MethodHandle putLong;
    private final MethodHandle putInt;
    private final MethodHandle putObject;
    private final long addressField;
    private final long capacityField;
    private final long attachmentField;

    UnsafeMemoryProvider() {
        try {
            Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
            Field theUnsafe = unsafeClass.getDeclaredField("theUnsafe");
            theUnsafe.setAccessible(true);
            Object unsafe = theUnsafe.get(null);
            var lookup = MethodHandles.publicLookup();
            allocateMemory = bind(lookup, unsafe, "allocateMemory", long.class, long.class);
            freeMemory = bind(lookup, unsafe, "freeMemory", void.class, long.class);
            setMemory = bind(lookup, unsafe, "setMemory", void.class, long.class, long.class, byte.class);
            invokeCleaner = bind(lookup, unsafe, "invokeCleaner", void.class, ByteBuffer.class);
            getLong = bind(lookup, unsafe, "getLong", long.class, Object.class, long.class);
            putLong = bind(lookup, unsafe, "putLong", void.class, Object.class, long.class, long.class);
            putInt = bind(lookup, unsafe, "putInt", void.class, Object.class, long.class, int.class);
            putObject = bind(lookup, unsafe, "putObject", void.class, Object.class, long.class, Object.class);
            MethodHandle fieldOffset = bind(lookup, unsafe, "objectFieldOffset", long.class, Field.class);
            addressField = (long) fieldOffset.invoke(Buffer.class.getDeclaredField("address"));
            capacityField = (long) fieldOffset.invoke(Buffer.class.getDeclaredField("capacity"));
            attachmentField = (long)
                    fieldOffset.invoke(ByteBuffer.allocateDirect(1).getClass().getDeclaredField("att"));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MethodHandle bind(
            MethodHandles.Lookup lookup, Object unsafe, String name, Class<?> result, Class<?>... parameters)
            throws ReflectiveOperationException {
        return lookup.findVirtual(unsafe.getClass(), name, MethodType.methodType(result, parameters))
                .bindTo(unsafe);
    }

    @Override
    Block allocate(long bytes) {
        return bytes <= Integer.MAX_VALUE - ALIGNMENT ? allocateDirect((int) bytes) : allocateLarge(bytes);
    }

    private Block allocateDirect(int bytes) {
        ByteBuffer whole = ByteBuffer.allocateDirect(bytes + ALIGNMENT);
        int gap = (ALIGNMENT - whole.alignmentOffset(0, ALIGNMENT)) % ALIGNMENT;
        ByteBuffer aligned = whole.slice(gap, bytes);
        return new Block(
                addressOf(aligned), windows(bytes, (start, length) -> aligned.slice((int) start, length)), () -> {
                    try {
                        invokeCleaner.invokeExact(whole);
                    } catch (Throwable e) {
                        throw unexpected(e);
                    }
                });
    }

    private Block allocateLarge(long bytes) {
        long reserved = Math.addExact(bytes, ALIGNMENT);
        large.reserve(reserved);
        long raw;
        try {
            raw = rawMemory(reserved);
        } catch (Throwable e) {
            large.release(reserved);
            throw e;
        }
        try {
            long address = (raw + ALIGNMENT - 1) & -ALIGNMENT;
            return new Block(
                    address,
                    windows(bytes, (start, length) -> at(address + start, length, this)),
                    () -> free(raw, reserved));
        } catch (Throwable e) {
            free(raw, reserved);
            throw e;
        }
    }

    private void free(long raw, long reserved) {
        try {
            freeMemory.invokeExact(raw);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        large.release(reserved);
    }

    private long rawMemory(long bytes) {
        try {
            long raw = (long) allocateMemory.invokeExact(bytes);
            setMemory.invokeExact(raw, bytes, (byte) 0);
            return raw;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    long addressOf(Buffer direct) {
        try {
            int shift = direct instanceof ByteBuffer ? 0 : 2;
            return (long) getLong.invokeExact((Object) direct, addressField) + ((long) direct.position() << shift);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    boolean canBeClosed(Buffer direct) {
        return false; // direct buffers live as long as they are reachable
    }

    @Override
    ByteBuffer bytesOf(Buffer direct, int bytes) {
        return at(addressOf(direct), bytes, direct);
    }

    /** A direct buffer over memory that {@code owner} keeps alive. */
    private ByteBuffer at(long address, int bytes, Object owner) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(0);
        try {
            putLong.invokeExact((Object) buffer, addressField, address);
            putInt.invokeExact((Object) buffer, capacityField, bytes);
            putObject.invokeExact((Object) buffer, attachmentField, owner);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return buffer.clear();
    }
}
