package io.github.faltung.tensor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds memory that the JDK does not count to the limit of what it does: {@code -XX:MaxDirectMemorySize}, by default the heap's. Without
 * one, a tensor larger than the machine's memory would not fail but have the operating system kill the process. Thread-safe.
 */
final class DirectMemoryLimit {
    /** Half a second in all. */
    private static final long LONGEST_PAUSE_MILLIS = 256;

    private final AtomicLong reserved = new AtomicLong();
    private final long limit = readLimit();

    private static long readLimit() {
        var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long option = diagnostics == null
                ? 0
                : Long.parseLong(diagnostics.getVMOption("MaxDirectMemorySize").getValue());
        return option > 0 ? option : Runtime.getRuntime().maxMemory();
    }

    /**
     * Reserves bytes; if that is more than the limit leaves, once the garbage collector has had time to find forgotten tensors, which hardly
     * fill the heap: as the JDK does for direct buffers.
     *
     * @throws OutOfMemoryError if it is more even then
     */
    void reserve(long bytes) {
        long before = tryReserve(bytes);
        if (bytes > limit - before && bytes <= limit) {
            System.gc();
            // What it finds is freed on the cleaner's thread, which tells nobody when it is done.
            for (long pause = 1; bytes > limit - before && pause <= LONGEST_PAUSE_MILLIS; pause *= 2) {
                pause(pause);
                before = tryReserve(bytes);
            }
        }
        if (bytes > limit - before) {
            throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct memory (reserved: " + before
                    + ", limit: " + limit + "); -XX:MaxDirectMemorySize raises the limit");
        }
    }

    /** Reserves bytes if the limit leaves so many; returns how many were reserved before. */
    private long tryReserve(long bytes) {
        return reserved.getAndUpdate(held -> bytes > limit - held ? held : held + bytes);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what follows does not wait, then
        }
    }

    void release(long bytes) {
        reserved.addAndGet(-bytes);
    }
}
