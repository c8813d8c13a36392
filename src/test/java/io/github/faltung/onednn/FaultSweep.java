package io.github.faltung.onednn;

import io.github.faltung.convolution.UnsupportedConvolutionException;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first, the second, the third … point at which something can fail do so, while an engine is opened, a subject is prepared and run:
 * each time what was made until then must be gone, what failed must say so by one of its exceptions, and the engine, and the subject if it was
 * there, must work afterwards. Runs with the {@link FaultAgent}.
 */
final class FaultSweep {
    private static final int[] EXTENTS = {6, 7};
    private static final int AFTERWARDS = 8;
    private static final long SEED = 6;

    /** So many points one after the other; of those behind them a random one in so many that as many again are tried. */
    private final int most;

    private final Random random = new Random(SEED);
    private int faults;

    private FaultSweep(int most) {
        this.most = most;
    }

    /**
     * Sweeps.
     *
     * @param args the most points of a kind to try one by one for each subject, then names of engines, all if there are none
     */
    public static void main(String[] args) throws InterruptedException {
        var sweep = new FaultSweep(Integer.parseInt(args[0]));
        for (EngineKind kind : EngineKind.values()) {
            if (args.length == 1 || Arrays.asList(args).contains(kind.name())) {
                sweep.all(kind);
            }
        }
        System.out.println(sweep.faults + " faults left 0 handles");
    }

    private void all(EngineKind kind) throws InterruptedException {
        for (Faults.Kind fault : Faults.Kind.values()) {
            long begin = System.nanoTime();
            int before = faults;
            sweepOpening(kind, fault);
            for (Subject subject : Subject.values()) {
                sweep(kind, subject, fault);
            }
            System.out.printf(
                    "%s, %s: %d faults, %.1f s%n", kind, fault, faults - before, (System.nanoTime() - begin) / 1e9);
        }
    }

    private void sweepOpening(EngineKind kind, Faults.Kind fault) throws InterruptedException {
        kind.open().close();
        boolean struck = true;
        for (int n = 1; struck; n = next(n)) {
            EngineKind.Opened opened = null;
            Faults.arm(fault, n);
            try {
                opened = kind.open();
            } catch (Throwable e) {
                requireExpected(e, kind + " opened");
            } finally {
                struck = Faults.disarm();
            }
            if (opened != null) {
                opened.close();
            }
            LifetimeScenarios.require(
                    NativeHandles.live() == 0, kind + " opened, " + fault + " " + n + " left " + NativeHandles.live());
            faults += struck ? 1 : 0;
        }
    }

    private void sweep(EngineKind kind, Subject subject, Faults.Kind fault) throws InterruptedException {
        String name = kind + " " + subject + ", " + fault + " ";
        var expected = new float[EXTENTS.length + 1][];
        try (EngineKind.Opened engine = kind.open()) {
            Subject.Use use = subject.open(engine.engine());
            for (int i = 0; i < EXTENTS.length; i++) {
                expected[i] = use.run(EXTENTS[i]);
            }
            expected[EXTENTS.length] = use.run(AFTERWARDS);
            use.close();
        }
        boolean struck = true;
        for (int n = 1; struck; n = next(n)) {
            try (EngineKind.Opened engine = kind.open()) {
                long before = NativeHandles.live();
                Victim victim = strike(engine, subject, fault, n, name + n, expected);
                struck = victim.struck;
                long left = NativeHandles.live() - before;
                if (left > 0 && subject.isClosedByItself()) {
                    throw new AssertionError(name + n + " left " + left + " handles", victim.thrown);
                }
            }
            LifetimeScenarios.require(
                    NativeHandles.live() == 0, name + n + " left " + NativeHandles.live() + " after the engine");
            faults += struck ? 1 : 0;
        }
    }

    private int next(int n) {
        return n < most ? n + 1 : n + 1 + random.nextInt(n * 2 / most + 1);
    }

    /** Lets one point fail, if there are so many, and returns whom it met. */
    private static Victim strike(
            EngineKind.Opened engine, Subject subject, Faults.Kind fault, int n, String name, float[][] expected)
            throws InterruptedException {
        var victim = new Victim(engine, subject, fault, n);
        if (fault == Faults.Kind.DEATH) {
            var thread = new Thread(victim);
            thread.start();
            thread.join();
        } else {
            victim.run();
        }
        if (victim.thrown != null) {
            requireExpected(victim.thrown, name);
        }
        Subject.Use use = victim.use == null ? subject.open(engine.engine()) : victim.use;
        requireSame(use.run(AFTERWARDS), expected[EXTENTS.length], name);
        for (int i = 0; i < EXTENTS.length; i++) {
            requireSame(use.run(EXTENTS[i]), expected[i], name);
        }
        use.close();
        return victim;
    }

    /** Prepares and runs, and is struck; may be a thread that ends by it. */
    private static final class Victim implements Runnable {
        private final EngineKind.Opened engine;
        private final Subject subject;
        private final Faults.Kind fault;
        private final int n;
        private Subject.@Nullable Use use;
        private @Nullable Throwable thrown;
        private boolean struck;

        Victim(EngineKind.Opened engine, Subject subject, Faults.Kind fault, int n) {
            this.engine = engine;
            this.subject = subject;
            this.fault = fault;
            this.n = n;
        }

        @Override
        public void run() {
            Faults.arm(fault, n);
            try {
                use = subject.open(engine.engine());
                for (int extent : EXTENTS) {
                    use.run(extent);
                    use.run(extent);
                }
            } catch (Throwable e) {
                thrown = e;
            } finally {
                struck = Faults.disarm();
            }
        }
    }

    private static void requireSame(float[] found, float[] expected, String name) {
        LifetimeScenarios.require(Arrays.equals(found, expected), name + " computes something else afterwards");
    }

    private static void requireExpected(Throwable thrown, String name) {
        boolean typed = thrown instanceof OneDnnException
                || thrown instanceof UnsupportedConvolutionException
                || thrown instanceof OutOfMemoryError
                || thrown instanceof Faults.Death;
        if (!typed) {
            throw new AssertionError(name + " threw what it should not", thrown);
        }
    }
}
