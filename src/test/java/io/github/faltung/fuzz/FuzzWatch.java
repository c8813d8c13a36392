package io.github.faltung.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Watches over one thread's cases: ends the JVM if one does not end, and keeps the number of the present one in a file, where it
 * outlives a crash.
 */
final class FuzzWatch implements AutoCloseable {
    /** The processor's time that a case may take: thousands of times what it does. */
    static final long LIMIT_SECONDS = 10;

    /** The time by the clock, in case it waits for ever: more, since on a busy machine it may only have to wait its turn. */
    private static final long CLOCK_LIMIT_SECONDS = 90;

    /** The exit code of a JVM that was ended. */
    static final int HUNG = 3;

    private static final long NONE = Long.MIN_VALUE;
    private static final long LOOKS_MILLIS = 500;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final String target;
    private final long seed;
    private final long clockLimitSeconds;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Thread worker = Thread.currentThread();
    private final LongBuffer present;
    private final Thread watcher = new Thread(this::watch, "fuzz-watch");
    private volatile long began = NONE;
    private volatile boolean closed;

    /**
     * Begins to watch the present thread.
     *
     * @param file where the number of the present case is kept
     */
    FuzzWatch(Path file, String target, long seed) throws IOException {
        this(file, target, seed, CLOCK_LIMIT_SECONDS);
    }

    FuzzWatch(Path file, String target, long seed, long clockLimitSeconds) throws IOException {
        this.target = target;
        this.seed = seed;
        this.clockLimitSeconds = clockLimitSeconds;
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            present = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
        }
        watcher.setDaemon(true);
        watcher.start();
    }

    void begin(long number) {
        present.put(0, number);
        began = System.nanoTime();
    }

    void end() {
        began = NONE;
    }

    private void watch() {
        long seen = NONE;
        long cpuWhenSeen = 0;
        while (!closed) {
            long since = began;
            long cpu = threads.getThreadCpuTime(worker.getId());
            if (since != seen) {
                seen = since;
                cpuWhenSeen = cpu;
            } else if (since != NONE) {
                long clockSeconds = (System.nanoTime() - since) / NANOS_PER_SECOND;
                long cpuSeconds = (cpu - cpuWhenSeen) / NANOS_PER_SECOND;
                if (cpuSeconds >= LIMIT_SECONDS || clockSeconds >= clockLimitSeconds) {
                    end(clockSeconds);
                }
            }
            try {
                Thread.sleep(LOOKS_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void end(long seconds) {
        System.out.println("FAILED " + target + " seed " + seed + " case " + present.get(0) + ": not done after "
                + seconds + " s");
        for (StackTraceElement frame : worker.getStackTrace()) {
            System.out.println("    at " + frame);
        }
        System.out.flush();
        Runtime.getRuntime().halt(HUNG);
    }

    /** Returns the most memory that this process has had, natives' own included; 0 where the system does not tell. */
    static long peakMebibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
    }
}
