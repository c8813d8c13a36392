package io.github.faltung.tensor;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tensor needs of the JDK's off-heap memory and the JDK says differently before and after the foreign-memory API became
 * final in 22: blocks of any size, and the address of a caller's direct buffer. Both are reached by method handles, since one
 * class file serves every JDK from 17 on.
 */
abstract class MemoryProvider {
    /** Windows are 1 GiB, so that an {@code int} indexes each. */
    static final int WINDOW_SHIFT = 30;

    /** A cache line, and the widest vector. */
    static final int ALIGNMENT = 64;

    /**
     * Zeroed memory.
     *
     * @param address of the first byte, a multiple of {@value #ALIGNMENT}
     * @param windows consecutive pieces of 1 GiB each, the last one shorter, in native order
     * @param free gives the memory back; must not run while a window is in use
     */
    record Block(long address, List<ByteBuffer> windows, Runnable free) {}

    /**
     * Allocates zeroed memory, which {@code -XX:MaxDirectMemorySize} bounds as it does direct buffers.
     *
     * @throws OutOfMemoryError if there is not so much
     */
    abstract Block allocate(long bytes);

    /** Returns the address of the buffer's element at its position. */
    abstract long addressOf(Buffer direct);

    /** Returns whether someone may free the buffer's memory though the buffer is in use. */
    abstract boolean canBeClosed(Buffer direct);

    /** Returns the bytes between a direct buffer's position and its limit, in native order; keeps the buffer's memory alive. */
    abstract ByteBuffer bytesOf(Buffer direct, int bytes);

    /** Cuts memory into windows by a function that views a piece of it. */
    static List<ByteBuffer> windows(long bytes, PieceView piece) {
        var windows = new ArrayList<ByteBuffer>();
        for (long start = 0; start < bytes; start += 1L << WINDOW_SHIFT) {
            int length = (int) Math.min(1L << WINDOW_SHIFT, bytes - start);
            windows.add(piece.view(start, length).order(ByteOrder.nativeOrder()));
        }
        return windows;
    }

    /** Views a piece of a block. */
    @FunctionalInterface
    interface PieceView {
        ByteBuffer view(long start, int length);
    }

    /** A method handle's checked {@code Throwable}, which none of the JDK methods used here declares, as what it is. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new LinkageError("unexpected from the JDK's memory functions", thrown);
    }
}
