package io.github.faltung.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Executes and creates and closes for long, every {@link Subject} on every engine, with shapes that change, and compares the memory that the
 * process has after a tenth of it with what it has at the end. {@code .ci/soak} runs this.
 */
final class Soak {
    private static final long SEED = 3;

    /** For each creation so many executions of layers that stay open. */
    private static final int EXECUTIONS = 10;

    /** Shapes that come again and again, for which layers keep their plans. */
    private static final int USUAL_EXTENTS = 6;

    private static final int SMALLEST = 4;
    private static final int LARGEST = 24;

    /** One execution in so many is for another shape, which evicts a plan. */
    private static final int UNUSUAL = 100;

    /** One creation in so many is on an engine that is opened for it. */
    private static final int NEW_ENGINE = 20;

    /** One creation in so many happens on a thread of its own, which dies then. */
    private static final int NEW_THREAD = 10;

    /** One in so many is on a checked engine, whose calls take long, and so many are on a planning one, whose creations do. */
    private static final int CHECKED = 20;

    private static final int PLANNED = 5;

    /**
     * HotSpot takes some 2 MB more while its first threads come and go (JDK 17, threads that do nothing: 95.1 MB after 5,000, 97.0 after
     * 15,000 and after 30,000): that has happened before anything is compared.
     */
    private static final int THREADS_OF_JVM = 15_000;

    private static final int SAMPLES = 20;
    private static final double MOST_GROWTH = 0.01;
    private static final double MEGABYTE = 1024;

    private static final List<Subject> SUBJECTS = List.of(Subject.values());

    private final Random random = new Random(SEED);
    private final Map<EngineKind, EngineKind.Opened> engines = new EnumMap<>(EngineKind.class);
    private final Map<EngineKind, List<Subject.Use>> open = new EnumMap<>(EngineKind.class);

    private Soak() {}

    /**
     * Soaks.
     *
     * @param args how many creations; ten times as many executions
     */
    public static void main(String[] args) throws InterruptedException {
        int cycles = Integer.parseInt(args[0]);
        var soak = new Soak();
        warmUpJvm();
        soak.openAll();
        long tenth = 0;
        long now = 0;
        for (int i = 1; i <= cycles; i++) {
            soak.cycle(i);
            if (i % (cycles / SAMPLES) == 0) {
                now = soak.sample(i);
                tenth = i == cycles / SAMPLES * 2 ? now : tenth;
            }
        }
        soak.closeAll();
        LifetimeScenarios.require(NativeHandles.live() == 0, NativeHandles.live() + " handles are left");
        double growth = (double) now / tenth - 1;
        System.out.printf(
                "soak: %,d executions, %,d create-close cycles, RSS %.1f MB after the first tenth, %.1f MB at the end,"
                        + " growth %.2f %%, 0 handles left%n",
                (long) EXECUTIONS * cycles, cycles, tenth / MEGABYTE, now / MEGABYTE, 100 * growth);
        LifetimeScenarios.require(growth < MOST_GROWTH, "RSS grew by 1 % or more");
    }

    private static void warmUpJvm() throws InterruptedException {
        for (int i = 0; i < THREADS_OF_JVM; i++) {
            onOwnThread(() -> {});
        }
    }

    /** Opens the layers that stay open. */
    private void openAll() {
        for (EngineKind kind : EngineKind.values()) {
            EngineKind.Opened engine = kind.open();
            engines.put(kind, engine);
            List<Subject.Use> uses = new ArrayList<>();
            for (Subject subject : SUBJECTS) {
                uses.add(subject.open(engine.engine()));
            }
            open.put(kind, uses);
        }
        keepTheSame();
    }

    /** Has each layer keep the same plans, whatever it kept before: what is in use then can be compared. */
    private void keepTheSame() {
        for (List<Subject.Use> uses : open.values()) {
            for (int extent = SMALLEST; extent < LARGEST; extent++) {
                for (Subject.Use use : uses) {
                    use.run(extent);
                }
            }
        }
    }

    private void closeAll() {
        open.values().forEach(uses -> uses.forEach(Subject.Use::close));
        engines.values().forEach(EngineKind.Opened::close);
    }

    private EngineKind kind() {
        int drawn = random.nextInt(CHECKED);
        return drawn == 0 ? EngineKind.CHECKED : drawn <= PLANNED ? EngineKind.PLANNED : EngineKind.ONEDNN;
    }

    private int extent(int usual) {
        return SMALLEST + random.nextInt(random.nextInt(UNUSUAL) == 0 ? LARGEST - SMALLEST : usual);
    }

    private void cycle(int number) throws InterruptedException {
        for (int i = 0; i < EXECUTIONS; i++) {
            List<Subject.Use> uses = Objects.requireNonNull(open.get(kind()));
            uses.get(random.nextInt(uses.size())).run(extent(USUAL_EXTENTS));
        }
        EngineKind kind = kind();
        Subject subject = SUBJECTS.get(random.nextInt(SUBJECTS.size()));
        int extent = extent(LARGEST - SMALLEST);
        // An image operation is closed with its engine only.
        boolean isOnNewEngine = number % NEW_ENGINE == 0 || !subject.isClosedByItself();
        Runnable createAndClose = () -> {
            if (isOnNewEngine) {
                try (EngineKind.Opened engine = kind.open()) {
                    createAndClose(engine, subject, extent);
                }
            } else {
                createAndClose(Objects.requireNonNull(engines.get(kind)), subject, extent);
            }
        };
        if (number % NEW_THREAD == 0) {
            onOwnThread(createAndClose);
        } else {
            createAndClose.run();
        }
    }

    private static void createAndClose(EngineKind.Opened engine, Subject subject, int extent) {
        try (Subject.Use use = subject.open(engine.engine())) {
            use.run(extent);
        }
    }

    private static void onOwnThread(Runnable body) throws InterruptedException {
        var failure = new AtomicReference<@Nullable Throwable>();
        var thread = new Thread(body);
        thread.setUncaughtExceptionHandler((which, thrown) -> failure.set(thrown));
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError("on a thread of its own", failure.get());
        }
    }

    /** Prints what the process has, and returns the kilobytes that are resident once nothing is garbage, in Java's heap or in malloc's. */
    private long sample(int cycle) {
        keepTheSame();
        System.gc();
        String malloc = Malloc.text();
        long before = residentKilobytes();
        Malloc.trim();
        long resident = residentKilobytes();
        System.out.printf(
                "%,d cycles: RSS %.1f MB, %.1f MB before malloc_trim; malloc: %s; %d handles, %s threads%n",
                cycle, resident / MEGABYTE, before / MEGABYTE, malloc, NativeHandles.live(), status("Threads:"));
        return resident;
    }

    private static long residentKilobytes() {
        return Long.parseLong(status("VmRSS:"));
    }

    private static String status(String key) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).replace("kB", "").trim())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
