package io.github.faltung.onednn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether a runtime of OpenMP could start threads, by starting as many of Java's, with stacks as large, all at once. */
final class ThreadTrial {
    /** Bytes of a stack where the system says nothing, or less. */
    private static final long USUAL_STACK = 8L << 20;

    /** So much larger, for the guard pages of other threads: glibc keeps the stacks of ended threads, and gives them to those they are large enough for. */
    private static final long GUARDS = 1L << 20;

    private static final Path SYSTEM = Path.of("/proc");
    private static final Pattern SOFT_LIMIT = Pattern.compile("Max stack size +(\\d+) .*");
    private static final Pattern SIZE = Pattern.compile("\\s*(\\d{1,10})\\s*([BKMG]?)\\s*", Pattern.CASE_INSENSITIVE);

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Semaphore end = new Semaphore(0);
    private final Thread thread;

    /** The system's own thread, on Linux. */
    private volatile @Nullable Path task;

    private ThreadTrial(long stackBytes) {
        thread = new Thread(null, this::run, "faltung-trial", stackBytes);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            task = SYSTEM.resolve(Files.readSymbolicLink(SYSTEM.resolve("thread-self")));
        } catch (IOException e) {
            task = null; // another system; there is nothing to wait for then
        }
        end.acquireUninterruptibly();
    }

    /** Ends the thread, and waits until the system has back what it took, which is a little after it is dead for Java. */
    private void end() {
        end.release();
        long start = System.nanoTime();
        while (isThere() && System.nanoTime() - start < PATIENCE_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean isThere() {
        Path own = task;
        return thread.isAlive() || (own != null && Files.exists(own));
    }

    /**
     * Starts so many threads, one of which others may take meanwhile, and ends them.
     *
     * @throws OutOfMemoryError if it can't
     */
    static void start(int number) {
        long stackBytes = stackBytes() + GUARDS;
        var started = new ArrayList<ThreadTrial>();
        try {
            for (int i = 0; i < number; i++) {
                started.add(new ThreadTrial(stackBytes));
            }
        } finally {
            started.forEach(ThreadTrial::end);
        }
    }

    /** Returns how large OpenMP makes stacks: as the variables for its runtimes say, else as the system does. */
    private static long stackBytes() {
        for (String variable : List.of("OMP_STACKSIZE", "GOMP_STACKSIZE", "KMP_STACKSIZE")) {
            long bytes = bytes(System.getenv(variable));
            if (bytes > 0) {
                return bytes;
            }
        }
        try {
            return Files.readAllLines(SYSTEM.resolve("self/limits")).stream()
                    .map(SOFT_LIMIT::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(limit -> Math.max(USUAL_STACK, Long.parseLong(limit.group(1))))
                    .findFirst()
                    .orElse(USUAL_STACK);
        } catch (IOException e) {
            return USUAL_STACK; // another system
        }
    }

    /** Reads a size as OpenMP does: in KiB unless it says otherwise; 0 if it is none. Source: OpenMP API 5.2, section 21.2.2. */
    static long bytes(@Nullable String text) {
        Matcher size = SIZE.matcher(text == null ? "" : text);
        if (!size.matches()) {
            return 0;
        }
        long number = Long.parseLong(size.group(1));
        return switch (size.group(2).toUpperCase(Locale.ROOT)) {
            case "B" -> number;
            case "M" -> number << 20;
            case "G" -> Math.min(number, 1 << 20) << 30; // as good as any more
            default -> number << 10;
        };
    }
}
