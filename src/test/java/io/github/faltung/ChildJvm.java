package io.github.faltung;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A JVM of its own for what may crash, or needs other settings. Immutable; the {@code with} methods return changed copies. */
public final class ChildJvm {
    private static final long TIMEOUT_SECONDS = 300;

    private final List<String> classPath;
    private final List<String> options;
    private final Map<String, String> environment;

    private ChildJvm(List<String> classPath, List<String> options, Map<String, String> environment) {
        this.classPath = classPath;
        this.options = options;
        this.environment = environment;
    }

    /** What a child printed, standard error included, and how it ended. */
    public record Outcome(int exitCode, String output) {}

    /** Returns a JVM like this one, with its class path. */
    public static ChildJvm likeThis() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var options = new ArrayList<String>(List.of("-Xmx2g", "-XX:MaxDirectMemorySize=4g"));
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        return new ChildJvm(Arrays.asList(classPath.split(System.getProperty("path.separator"))), options, Map.of());
    }

    /** Adds an option of the JVM. */
    public ChildJvm withOption(String option) {
        var more = new ArrayList<>(options);
        more.add(option);
        return new ChildJvm(classPath, more, environment);
    }

    /** Adds an environment variable. */
    public ChildJvm withEnvironment(String name, String value) {
        var more = new TreeMap<>(environment);
        more.put(name, value);
        return new ChildJvm(classPath, options, more);
    }

    /** Leaves out entries of the class path. */
    public ChildJvm withoutEntries(Predicate<String> which) {
        return new ChildJvm(classPath.stream().filter(which.negate()).toList(), options, environment);
    }

    /** Runs a class's {@code main} to its end. */
    public Outcome run(Class<?> main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(System.getProperty("path.separator"), classPath), main.getName()));
        command.addAll(List.of(arguments));
        try {
            Path folder = Files.createTempDirectory("faltung-child");
            Path output = folder.resolve("output.txt");
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("not done after " + TIMEOUT_SECONDS + " s: " + command);
            }
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
