package io.github.faltung.tensor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/** Memory on JDK 22 and later, by {@code java.lang.foreign}. Uses nothing that the JDK restricts or warns about. */
final class ForeignMemoryProvider extends MemoryProvider {
    /** The JDK's classes of scopes that end, if ever, when nothing can reach their memory any more; direct buffers have a subclass. */
    private static final Set<String> NEVER_CLOSED = Set.of("GlobalSession", "ImplicitSession");

    private final DirectMemoryLimit limit = new DirectMemoryLimit();
    private final MethodHandle openShared;
    private final MethodHandle allocate;
    private final MethodHandle close;
    private final MethodHandle address;
    private final MethodHandle slice;
    private final MethodHandle asByteBuffer;
    private final MethodHandle ofBuffer;
    private final MethodHandle scope;

    ForeignMemoryProvider() {
        try {
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            var lookup = MethodHandles.publicLookup();
            openShared = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena));
            allocate = lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class, long.class));
            close = lookup.findVirtual(arena, "close", MethodType.methodType(void.class));
            address = lookup.findVirtual(segment, "address", MethodType.methodType(long.class));
            slice = lookup.findVirtual(segment, "asSlice", MethodType.methodType(segment, long.class, long.class));
            asByteBuffer = lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
            scope = lookup.findVirtual(
                    segment, "scope", MethodType.methodType(Class.forName("java.lang.foreign.MemorySegment$Scope")));
            ofBuffer = lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class));
        } catch (ReflectiveOperationException e) {
            throw unexpected(e);
        }
    }

    /** An arena's memory is bounded by nothing: JDK 25 takes 100 MB with {@code -XX:MaxDirectMemorySize=10m}. */
    @Override
    Block allocate(long bytes) {
        limit.reserve(bytes);
        try {
            return reserved(bytes);
        } catch (Throwable e) {
            limit.release(bytes);
            throw e;
        }
    }

    private Block reserved(long bytes) {
        Object arena = null;
        try {
            arena = openShared.invoke();
            Object segment = allocate.invoke(arena, bytes, (long) ALIGNMENT);
            Object opened = arena;
            return new Block((long) address.invoke(segment), windows(bytes, piecesOf(segment)), () -> {
                close(opened);
                limit.release(bytes);
            });
        } catch (Throwable e) {
            if (arena != null) {
                close(arena);
            }
            throw unexpected(e);
        }
    }

    private void close(Object arena) {
        try {
            close.invoke(arena);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private PieceView piecesOf(Object segment) {
        return (start, length) -> {
            try {
                return (ByteBuffer) asByteBuffer.invoke(slice.invoke(segment, start, (long) length));
            } catch (Throwable e) {
                throw unexpected(e);
            }
        };
    }

    @Override
    long addressOf(Buffer direct) {
        try {
            return (long) address.invoke(ofBuffer.invoke(direct));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    @Override
    ByteBuffer bytesOf(Buffer direct, int bytes) {
        try {
            ByteBuffer all = (ByteBuffer) asByteBuffer.invoke(ofBuffer.invoke(direct));
            return all.slice(0, bytes).order(ByteOrder.nativeOrder());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Looks at the JDK's name of the scope, the one thing that tells: an arena that can be closed could free the memory while native code
     * runs on it. Unknown names count as closeable.
     */
    @Override
    boolean canBeClosed(Buffer direct) {
        try {
            Class<?> kind = scope.invoke(ofBuffer.invoke(direct)).getClass();
            while (kind != null && !NEVER_CLOSED.contains(kind.getSimpleName())) {
                kind = kind.getSuperclass();
            }
            return kind == null;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }
}
