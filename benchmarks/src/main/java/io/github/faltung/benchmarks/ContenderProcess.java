package io.github.faltung.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A contender in a JVM of its own, spoken to line by line; see {@link ContenderServer}. For one thread. */
final class ContenderProcess implements AutoCloseable {
    /** From this JDK on a JVM warns when a library loads natives that nobody allowed. */
    private static final int WARNS_OF_NATIVES = 22;

    private final Contender contender;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    /** Starts the JVM: it, and all in it, has so many threads to compute with. */
    ContenderProcess(Contender contender, int threads) {
        this.contender = contender;
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=" + threads,
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= WARNS_OF_NATIVES) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(ContenderServer.class.getName(), contender.toString(), Integer.toString(threads)));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    Contender contender() {
        return contender;
    }

    /**
     * Has a workload made ready and its output compared.
     *
     * @return what runs
     * @throws IllegalStateException if the output is wrong
     */
    String prepare(Workload workload) {
        return ask("prepare " + workload.name(), "ready ");
    }

    /** Returns the milliseconds that a call took, the mean of some. */
    double millisEach(int calls) {
        return Long.parseLong(ask("time " + calls, "nanos ")) / 1e6 / calls;
    }

    private String ask(String command, String wanted) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
            String line = answers.readLine();
            while (line != null && !line.startsWith(ContenderServer.MARK)) {
                line = answers.readLine();
            }
            if (line == null) {
                throw new IllegalStateException(contender + " died of \"" + command + "\"");
            }
            String answer = line.substring(ContenderServer.MARK.length());
            if (!answer.startsWith(wanted)) {
                throw new IllegalStateException(contender + " on \"" + command + "\": " + answer);
            }
            return answer.substring(wanted.length());
        } catch (IOException e) {
            throw new UncheckedIOException(contender + " on \"" + command + "\"", e);
        }
    }

    /** Ends the JVM. */
    @Override
    public void close() {
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
