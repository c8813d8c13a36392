package io.github.faltung.tensor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds memory that the JDK does not count to the limit of what it does: {@code -XX:MaxDirectMemorySize}, by default the heap's. Without
 * one, a tensor larger than the machine's memory would not fail but have the operating system kill the process. Thread-safe.
 */
final class DirectMemoryLimit {
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
     * Reserves bytes.
     *
     * @throws OutOfMemoryError if that is more than the limit leaves
     */
    void reserve(long bytes) {
        long before = reserved.getAndUpdate(held -> bytes > limit - held ? held : held + bytes);
        if (bytes > limit - before) {
            throw new OutOfMemoryError("Cannot reserve " + bytes + " bytes of direct memory (reserved: " + before
                    + ", limit: " + limit + "); -XX:MaxDirectMemorySize raises the limit");
        }
    }

    void release(long bytes) {
        reserved.addAndGet(-bytes);
    }
}
