package io.github.faltung;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.OS;

/** A JVM of its own for what may crash, or needs other settings. Immutable; the {@code with} methods return changed copies. */
public final class ChildJvm {
    private static final long TIMEOUT_SECONDS = 300;
    private static final int SLEEP_FACTOR = 20;
    private static final int REPORT_LINES = 80;
    private static final int POLL_MILLIS = 100;
    private static final int DUMP_SECONDS = 2;

    /** In a crash report's head. */
    private static final Pattern SIGNAL = Pattern.compile("(?m)^# +(SIG[A-Z]+|EXCEPTION_[A-Z_]+)");

    private final List<String> launcher;
    private final List<String> classPath;
    private final List<String> options;
    private final Map<String, String> environment;

    private ChildJvm(
            List<String> launcher, List<String> classPath, List<String> options, Map<String, String> environment) {
        this.launcher = launcher;
        this.classPath = classPath;
        this.options = options;
        this.environment = environment;
    }

    /** What a child printed, standard error included, and how it ended. */
    public record Outcome(int exitCode, String output) {}

    /**
     * What a child printed that need not have come to its end.
     *
     * @param how empty if it did; a signal such as {@code SIGSEGV}, {@link #HANG}, or its exit code
     */
    public record Ended(String how, String output) {
        /** It took too long. */
        public static final String HANG = "no return";
    }

    /** Returns a JVM like this one, with its class path. */
    public static ChildJvm likeThis() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var options = new ArrayList<String>(List.of("-Xmx2g", "-XX:MaxDirectMemorySize=4g"));
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        return new ChildJvm(
                List.of(), Arrays.asList(classPath.split(System.getProperty("path.separator"))), options, Map.of());
    }

    /** Adds an option of the JVM. */
    public ChildJvm withOption(String option) {
        var more = new ArrayList<>(options);
        more.add(option);
        return new ChildJvm(launcher, classPath, more, environment);
    }

    /** Has a command start it, which is given the JVM and its arguments as its own last ones. */
    public ChildJvm startedBy(List<String> command) {
        return new ChildJvm(command, classPath, options, environment);
    }

    /** Adds an environment variable. */
    public ChildJvm withEnvironment(String name, String value) {
        var more = new TreeMap<>(environment);
        more.put(name, value);
        return new ChildJvm(launcher, classPath, options, more);
    }

    /** Leaves out entries of the class path. */
    public ChildJvm withoutEntries(Predicate<String> which) {
        return new ChildJvm(launcher, classPath.stream().filter(which.negate()).toList(), options, environment);
    }

    /**
     * Runs a class's {@code main} to its end, in a folder of its own, which is deleted then.
     *
     * @throws AssertionError if it takes too long or crashes; a crash report is kept, and the message begins as it does
     */
    public Outcome run(Class<?> main, String... arguments) {
        return inFolder(folder -> {
            Finished finished = finish(
                    command(main, arguments), folder, (process, watched) -> watched.toSeconds() >= TIMEOUT_SECONDS);
            if (!finished.done) {
                throw new AssertionError("not done after " + TIMEOUT_SECONDS + " s: " + main.getName() + " "
                        + String.join(" ", arguments) + "\n" + finished.outcome.output);
            }
            Optional<Path> report = crashReport(folder);
            if (report.isPresent()) {
                throw new AssertionError("crashed, see " + report.get() + ": " + main.getName() + " "
                        + String.join(" ", arguments) + "\n" + head(report.get())
                        + "\nIt had printed:\n" + finished.outcome.output);
            }
            return finished.outcome;
        });
    }

    /**
     * Runs a class's {@code main} as {@link #run} does, and takes any end that it may come to. No crash report is kept.
     *
     * @param cpuSeconds what the child's threads may compute for, all together, however busy the machine is: one that hangs mostly spins. One that
     *     sleeps is given {@value #SLEEP_FACTOR} times as long
     */
    public Ended runToAnyEnd(long cpuSeconds, Class<?> main, String... arguments) {
        return inFolder(folder -> {
            Finished finished = finish(
                    command(main, arguments),
                    folder,
                    (process, watched) -> watched.toSeconds() >= SLEEP_FACTOR * cpuSeconds
                            || process.info()
                                            .totalCpuDuration()
                                            .orElse(Duration.ZERO)
                                            .toSeconds()
                                    >= cpuSeconds);
            Optional<Path> report = crashReport(folder);
            String how = finished.outcome.exitCode == 0 ? "" : "exit code " + finished.outcome.exitCode;
            if (!finished.done) {
                how = Ended.HANG;
            } else if (report.isPresent()) {
                Matcher signal = SIGNAL.matcher(head(report.get()));
                how = signal.find() ? signal.group(1) : "crash";
                Files.delete(report.get());
            }
            return new Ended(how, finished.outcome.output);
        });
    }

    private List<String> command(Class<?> main, String... arguments) {
        var command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(System.getProperty("path.separator"), classPath), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What is done in a folder. */
    @FunctionalInterface
    private interface InFolder<T> {
        T run(Path folder) throws IOException, InterruptedException;
    }

    private static <T> T inFolder(InFolder<T> body) {
        try {
            Path folder = Files.createTempDirectory("faltung-child");
            try {
                return body.run(folder);
            } finally {
                if (crashReport(folder).isEmpty()) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Finished(boolean done, Outcome outcome) {}

    /** Tells whether a process has had all the time that it may take, watched for so long. */
    @FunctionalInterface
    private interface Limit {
        boolean isReached(Process process, Duration watched);
    }

    private Finished finish(List<String> command, Path folder, Limit limit) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean done = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        // Not by the clock, which goes on while this JVM and its child are stopped together or the machine sleeps.
        for (long polls = 1; !done && !limit.isReached(process, Duration.ofMillis(POLL_MILLIS * polls)); polls++) {
            done = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (!done) {
            printThreads(process);
            process.destroyForcibly().waitFor();
        }
        return new Finished(done, new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8)));
    }

    /** Has a JVM print where its threads are, on systems that have a command for that. */
    private static void printThreads(Process jvm) throws IOException, InterruptedException {
        if (OS.current() != OS.WINDOWS) {
            new ProcessBuilder("kill", "-QUIT", String.valueOf(jvm.pid()))
                    .start()
                    .waitFor();
            jvm.waitFor(DUMP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Optional<Path> crashReport(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("hs_err"))
                    .findFirst();
        }
    }

    /** Returns what happened and where: the report's summary and the stack. */
    private static String head(Path report) throws IOException {
        try (Stream<String> lines = Files.lines(report, StandardCharsets.ISO_8859_1)) {
            return lines.limit(REPORT_LINES).collect(Collectors.joining("\n"));
        }
    }

    /** Deletes a folder and all that is in it. */
    static void delete(Path folder) throws IOException {
        List<Path> inner;
        try (Stream<Path> paths = Files.walk(folder)) {
            inner = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : inner) {
            Files.delete(path);
        }
    }
}
