package io.github.faltung.onednn;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** Every {@link Subject} on every engine, closed in every way; prints which, and ends with an error if one leaves a handle. */
final class LifetimeScenarios {
    private static final int THREADS = 8;
    private static final int[] EXTENTS = {6, 7, 8, 9};
    private static final long DEADLINE_SECONDS = 30;

    /** Kept: the log manager holds loggers weakly. */
    private static final Logger LOGGER = Logger.getLogger("io.github.faltung");

    private static final Map<String, Integer> REPORTS = new ConcurrentHashMap<>();

    /** What comes out of each subject for each extent, whatever the engine. */
    private static final Map<String, float[]> RESULTS = new ConcurrentHashMap<>();

    private LifetimeScenarios() {}

    @FunctionalInterface
    private interface Scenario {
        void run(EngineKind kind, Subject subject) throws InterruptedException;
    }

    public static void main(String[] args) throws InterruptedException {
        listen();
        var scenarios = new TreeMap<String, Scenario>(Map.of(
                "close twice", LifetimeScenarios::closeTwice,
                "use after close", LifetimeScenarios::useAfterClose,
                "engine before its layers", LifetimeScenarios::closeEngineFirst,
                "dropped", LifetimeScenarios::drop,
                "closed while 8 threads execute", LifetimeScenarios::closeWhileExecuting,
                "engine closed while 8 threads execute", LifetimeScenarios::closeEngineWhileExecuting,
                "engine closed while 8 threads prepare", LifetimeScenarios::closeEngineWhilePreparing));
        long ofTheProcess = warmUp();
        int passed = 0;
        for (EngineKind kind : EngineKind.values()) {
            for (Subject subject : Subject.values()) {
                for (var scenario : scenarios.entrySet()) {
                    String name = kind + " " + subject + ": " + scenario.getKey();
                    scenario.getValue().run(kind, subject);
                    requireNothingLeft(name, ofTheProcess);
                    passed++;
                }
            }
            System.out.println(kind + ": " + passed + " scenarios so far");
        }
        System.out.println(passed + " scenarios left 0 handles");
    }

    private static void listen() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(new Handler() {
            @Override
            public void publish(LogRecord entry) {
                REPORTS.merge(new SimpleFormatter().formatMessage(entry), 1, Integer::sum);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    /** Returns how many direct buffers stay for good once every kind has been there: those of the JDK, and of constants. */
    private static long warmUp() throws InterruptedException {
        for (EngineKind kind : EngineKind.values()) {
            for (Subject subject : Subject.values()) {
                closeTwice(kind, subject);
            }
        }
        require(NativeHandles.live() == 0, "warming up left " + NativeHandles.live() + " handles");
        long buffers = directBuffers();
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(10); // the cleaner's thread has no event to wait for
            buffers = Math.min(buffers, directBuffers());
        }
        return buffers;
    }

    private static void requireNothingLeft(String name, long ofTheProcess) throws InterruptedException {
        require(NativeHandles.live() == 0, name + " left " + NativeHandles.live() + " handles");
        // Of the buffers of an image operation the garbage collector disposes.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (directBuffers() > ofTheProcess && System.nanoTime() < end) {
            System.gc();
            Thread.sleep(1); // the cleaner's thread has no event to wait for
        }
        require(directBuffers() <= ofTheProcess, name + " left " + (directBuffers() - ofTheProcess) + " tensors");
    }

    /** Returns how many tensors there are, up to JDK 21; from 22 on they are in memory that the JDK does not count. */
    private static long directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getCount)
                .sum();
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private static void runRight(Subject subject, Subject.Use use, int extent) {
        float[] found = use.run(extent);
        float[] expected = RESULTS.computeIfAbsent(subject + " " + extent, key -> found);
        require(Arrays.equals(found, expected), subject + " for extent " + extent + " gave something else than before");
    }

    private static void requireClosed(Subject subject, Subject.Use use) {
        try {
            use.run(EXTENTS[0]);
        } catch (IllegalStateException e) {
            require(String.valueOf(e.getMessage()).contains("closed"), subject + " said " + e.getMessage());
            return;
        }
        throw new AssertionError(subject + " ran though closed");
    }

    private static void closeTwice(EngineKind kind, Subject subject) {
        EngineKind.Opened engine = kind.open();
        Subject.Use use = subject.open(engine.engine());
        for (int extent : EXTENTS) {
            runRight(subject, use, extent);
        }
        use.close();
        use.close();
        engine.close();
        engine.close();
        use.close();
    }

    private static void useAfterClose(EngineKind kind, Subject subject) {
        try (EngineKind.Opened engine = kind.open()) {
            Subject.Use used = subject.open(engine.engine());
            Subject.Use unused = subject.open(engine.engine());
            runRight(subject, used, EXTENTS[0]);
            if (subject.isClosedByItself()) {
                used.close();
                requireClosed(subject, used);
                unused.close();
                requireClosed(subject, unused);
            }
        }
    }

    private static void closeEngineFirst(EngineKind kind, Subject subject) {
        EngineKind.Opened engine = kind.open();
        Subject.Use use = subject.open(engine.engine());
        Subject.Use unused = subject.open(engine.engine());
        runRight(subject, use, EXTENTS[0]);
        engine.close();
        requireNoHandles(kind + " " + subject);
        requireClosed(subject, use);
        requireClosed(subject, unused);
        use.close();
        unused.close();
    }

    private static void requireNoHandles(String owner) {
        require(NativeHandles.live() == 0, owner + " closed with its engine has " + NativeHandles.live() + " handles");
    }

    private static void drop(EngineKind kind, Subject subject) throws InterruptedException {
        REPORTS.clear();
        openAndDrop(kind, subject);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (NativeHandles.live() > 0 && System.nanoTime() < end) {
            System.gc();
            Thread.sleep(1); // the cleaner's thread has no event to wait for
        }
        require(!REPORTS.isEmpty(), kind + " " + subject + " was freed without a word");
        require(
                REPORTS.values().stream().allMatch(times -> times == 1),
                kind + " " + subject + " was reported more than once: " + REPORTS);
    }

    private static void openAndDrop(EngineKind kind, Subject subject) {
        runRight(subject, subject.open(kind.open().engine()), EXTENTS[0]);
    }

    private static void closeWhileExecuting(EngineKind kind, Subject subject) throws InterruptedException {
        try (EngineKind.Opened engine = kind.open()) {
            Subject.Use use = subject.open(engine.engine());
            // What has no close of its own ends with its engine.
            AutoCloseable closed = subject.isClosedByItself() ? use : engine;
            whileExecuting(() -> use, subject, closed);
        }
    }

    private static void closeEngineWhileExecuting(EngineKind kind, Subject subject) throws InterruptedException {
        EngineKind.Opened engine = kind.open();
        Subject.Use use = subject.open(engine.engine());
        whileExecuting(() -> use, subject, engine);
    }

    private static void closeEngineWhilePreparing(EngineKind kind, Subject subject) throws InterruptedException {
        EngineKind.Opened engine = kind.open();
        whileExecuting(() -> subject.open(engine.engine()), subject, engine);
    }

    @FunctionalInterface
    private interface Opener {
        Subject.Use open();
    }

    /** Has threads run until they are told that what they use is closed, which happens when each has run. */
    private static void whileExecuting(Opener opener, Subject subject, AutoCloseable closed)
            throws InterruptedException {
        var failures = new CopyOnWriteArrayList<Throwable>();
        var begun = new CountDownLatch(THREADS);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int first = t;
            threads.add(new Thread(() -> runUntilClosed(opener, subject, first, begun, failures)));
        }
        threads.forEach(Thread::start);
        begun.await();
        @Nullable Throwable closing = null;
        try {
            closed.close();
        } catch (Throwable e) {
            closing = e;
        }
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            require(!thread.isAlive(), subject + " goes on though closed");
        }
        if (closing != null || !failures.isEmpty()) {
            var all = new AssertionError(subject + " failed while it was being closed", closing);
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }

    private static void runUntilClosed(
            Opener opener, Subject subject, int first, CountDownLatch begun, List<Throwable> failures) {
        try {
            for (int call = first; ; call++) {
                runRight(subject, opener.open(), EXTENTS[call % EXTENTS.length]);
                begun.countDown();
            }
        } catch (IllegalStateException e) {
            if (!String.valueOf(e.getMessage()).contains("closed")) {
                failures.add(e);
            }
        } catch (Throwable e) {
            failures.add(e);
        } finally {
            begun.countDown();
        }
    }
}
