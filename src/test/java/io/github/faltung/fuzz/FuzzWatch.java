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
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches over one thread's cases: ends the JVM if one does not end, and keeps the number of the present one in a file, where it
 * outlives a crash.
 */
final class FuzzWatch implements AutoCloseable {
    /** The processor's time that a case may take: thousands of times what it does. */
    static final long LIMIT_SECONDS = 10;

    /** What it may take in all, waiting included: more, since on a busy machine it may only have to wait its turn. */
    private static final long WAIT_LIMIT_SECONDS = 90;

    /** The exit code of a JVM that was ended. */
    static final int HUNG = 3;

    private static final long NONE = -1;
    private static final long LOOKS_PER_SECOND = 2;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final String target;
    private final long seed;
    private final long waitLimitSeconds;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Thread worker = Thread.currentThread();
    private final LongBuffer present;
    private final Thread watcher = new Thread(this::watch, "fuzz-watch");
    private final AtomicLong begun = new AtomicLong();
    private volatile boolean isEnded = true;
    private volatile boolean closed;

    /**
     * Begins to watch the present thread.
     *
     * @param file where the number of the present case is kept
     */
    FuzzWatch(Path file, String target, long seed) throws IOException {
        this(file, target, seed, WAIT_LIMIT_SECONDS);
    }

    FuzzWatch(Path file, String target, long seed, long waitLimitSeconds) throws IOException {
        this.target = target;
        this.seed = seed;
        this.waitLimitSeconds = waitLimitSeconds;
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
        begun.lazySet(begun.get() + 1);
        isEnded = false;
    }

    void end() {
        isEnded = true;
    }

    private void watch() {
        long seen = NONE;
        long cpuWhenSeen = 0;
        long looks = 0;
        while (!closed) {
            long now = begun.get();
            long cpu = threads.getThreadCpuTime(worker.getId());
            if (now != seen || isEnded) {
                seen = now;
                cpuWhenSeen = cpu;
                looks = 0;
            }
            // By its own looks, not by the clock: who stops the process stops the watch.
            long seconds = looks++ / LOOKS_PER_SECOND;
            if (seconds >= waitLimitSeconds || (cpu - cpuWhenSeen) / NANOS_PER_SECOND >= LIMIT_SECONDS) {
                end(seconds);
            }
            try {
                Thread.sleep(1000 / LOOKS_PER_SECOND);
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
