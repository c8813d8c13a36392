package io.github.faltung.onednn;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Fills the Java heap, but for ever more of it, while every {@link Subject} is prepared and run on every engine. For a child JVM. */
final class HeapExhaustion {
    private static final int[] LEFT = {0, 1 << 12, 1 << 15, 1 << 17};
    private static final int LARGEST = 1 << 18;
    private static final int SMALLEST = 1 << 6;
    private static final int STEP = 1 << 3;
    private static final int EXTENT = 10;

    private static final Deque<byte[]> BALLAST = new ArrayDeque<>(1 << 16);

    private HeapExhaustion() {}

    /**
     * Exhausts the heap again and again.
     *
     * @param args names of engines
     */
    public static void main(String[] args) {
        int failures = 0;
        for (EngineKind kind : Arrays.stream(args).map(EngineKind::valueOf).toList()) {
            for (Subject subject : Subject.values()) {
                float[] expected = run(kind, subject);
                for (int left : LEFT) {
                    try (EngineKind.Opened engine = kind.open()) {
                        failures += fails(engine, subject, left) ? 1 : 0;
                        requireSame(expected, engine, subject);
                    }
                    LifetimeScenarios.require(
                            NativeHandles.live() == 0,
                            kind + " " + subject + " with " + left + " bytes left " + NativeHandles.live()
                                    + " handles");
                }
            }
        }
        System.out.println(failures + " failures for want of heap left 0 handles");
    }

    private static float[] run(EngineKind kind, Subject subject) {
        try (EngineKind.Opened engine = kind.open();
                Subject.Use use = subject.open(engine.engine())) {
            return use.run(EXTENT);
        }
    }

    private static void requireSame(float[] expected, EngineKind.Opened engine, Subject subject) {
        try (Subject.Use use = subject.open(engine.engine())) {
            LifetimeScenarios.require(Arrays.equals(use.run(EXTENT), expected), subject + " differs afterwards");
        }
    }

    /** What closes runs in what room there is, too. */
    private static boolean fails(EngineKind.Opened engine, Subject subject, int left) {
        leave(left);
        try (Subject.Use use = subject.open(engine.engine())) {
            use.run(EXTENT);
            return false;
        } catch (OutOfMemoryError e) {
            return true;
        } finally {
            BALLAST.clear();
        }
    }

    private static void leave(int bytes) {
        BALLAST.push(new byte[bytes]);
        for (int size = LARGEST; size >= SMALLEST; size /= STEP) {
            fill(size);
        }
        BALLAST.removeLast();
    }

    private static void fill(int size) {
        try {
            while (true) {
                BALLAST.push(new byte[size]);
            }
        } catch (OutOfMemoryError e) {
            // there is no room for so much any more
        }
    }
}
