package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.peer.How;
import io.github.faltung.benchmarks.workload.Workload;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A contender in a JVM of its own, spoken to line by line; see {@link ContenderServer}. One that has died is started again for the next
 * workload. For one thread.
 */
public final class ContenderProcess implements AutoCloseable {
    /** From this JDK on a JVM warns when a library loads natives that nobody allowed. */
    private static final int WARNS_OF_NATIVES = 22;

    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Has glibc keep what was freed: a peer that allocates its output in each call gets the same pages again. By default it returns large
     * blocks to the system, and faulting them in again may take longer than the layer. Nothing else comes of it.
     */
    private static final Map<String, String> KEEPS_MEMORY = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_MAX_", "0",
            "MALLOC_TRIM_THRESHOLD_", "17179869184",
            "MALLOC_TOP_PAD_", "67108864");

    private final Contender contender;
    private final int threads;
    private Process process;
    private BufferedWriter commands;
    private BufferedReader answers;

    /** Starts the JVM: it, and all in it, has so many threads to compute with. */
    public ContenderProcess(Contender contender, int threads) {
        this.contender = contender;
        this.threads = threads;
        process = start();
        commands = commands(process);
        answers = answers(process);
    }

    private Process start() {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=" + threads,
                // What the presets do for each object by default, a look at the process's memory and a note for the
                // collector, is
                // dear for a peer that makes a tensor each call; here everything is closed.
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                // The caller computes, too; left to itself, a JVM of one processor has a worker beside it.
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=" + (threads - 1),
                "-cp",
                contender.classPath()));
        if (Runtime.version().feature() >= WARNS_OF_NATIVES) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(ContenderServer.class.getName(), contender.toString(), Integer.toString(threads)));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        builder.environment().putAll(KEEPS_MEMORY);
        try {
            Process started = builder.start();
            // One that is suspended would not notice that nobody speaks to it any more.
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedWriter commands(Process process) {
        return new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    private static BufferedReader answers(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    Contender contender() {
        return contender;
    }

    /**
     * A workload that is ready.
     *
     * @param worstRatio the worst error of its output in units of its bound, at most 1
     */
    record Ready(How how, double worstRatio) {}

    /**
     * Has a workload made ready and its output compared.
     *
     * @throws RefusedException if the contender does not compute it, or not rightly
     */
    Ready prepare(Workload workload) {
        if (!process.isAlive()) {
            process = start();
            commands = commands(process);
            answers = answers(process);
        }
        String[] words = ask("prepare " + workload.text(), "ready ").split(" ", 2);
        return new Ready(How.parse(words[1]), Double.parseDouble(words[0]));
    }

    /**
     * What calls took.
     *
     * @param median of the calls, in milliseconds; a mean would tell of a neighbour's time slice in the middle of a turn
     * @param minimum of them
     */
    record Turn(double median, double minimum) {}

    /**
     * Has the workload computed some times.
     *
     * @param before calls that are not timed
     */
    Turn time(int before, int calls) {
        String[] nanos = ask("time " + before + " " + calls, "nanos ").split(" ");
        return new Turn(Double.parseDouble(nanos[0]) / NANOS_PER_MILLI, Double.parseDouble(nanos[1]) / NANOS_PER_MILLI);
    }

    /** Returns how many gigabytes a second memory moves for all threads together. */
    double gigabytesPerSecond() {
        return 1e9 / Long.parseLong(ask("bandwidth", "nanos "));
    }

    /** Returns how long its threads have computed. */
    double cpuNanos() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** Stops all its threads until {@link #resume}: those of some peers spin for long after the last call. No effect on Windows. */
    void suspend() {
        signal("-STOP");
    }

    /** Lets its threads go on. */
    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        if (WINDOWS || !process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String ask(String command, String wanted) {
        String line;
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
            line = answers.readLine();
            while (line != null && !line.startsWith(ContenderServer.MARK)) {
                line = answers.readLine();
            }
        } catch (IOException e) {
            throw dead(command);
        }
        if (line == null) {
            throw dead(command);
        }
        String answer = line.substring(ContenderServer.MARK.length());
        if (!answer.startsWith(wanted)) {
            throw new RefusedException(answer.startsWith("refused ") ? answer.substring("refused ".length()) : answer);
        }
        return answer.substring(wanted.length());
    }

    private RefusedException dead(String command) {
        process.destroyForcibly();
        return new RefusedException("its JVM died of \"" + command + "\"");
    }

    /** Ends the JVM. */
    @Override
    public void close() {
        resume();
        try {
            commands.close();
            process.waitFor();
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
