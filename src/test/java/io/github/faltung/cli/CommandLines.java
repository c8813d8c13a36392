package io.github.faltung.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Command lines run as {@code main} does, within this JVM. */
public final class CommandLines {
    private CommandLines() {}

    /**
     * Runs one.
     *
     * @throws Exception what a command threw, after the line that says so was printed
     * @throws AssertionError if the exit code is none that is documented, or a failure does not say why, in one line
     */
    public static void run(String... args) throws Exception {
        var out = new StringWriter();
        var err = new StringWriter();
        var thrown = new Exception[1];
        CommandLine command = FaltungCommand.commandLine();
        CommandLine.IExecutionExceptionHandler tells = command.getExecutionExceptionHandler();
        command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((e, at, parsed) -> {
                    thrown[0] = e;
                    return tells.handleExecutionException(e, at, parsed);
                });
        int code = command.execute(args);
        @Nullable Exception e = thrown[0];
        String said = err.toString().strip();
        boolean isSilent = (code == 2 || e != null) && said.isEmpty();
        boolean isTrace = said.contains("\tat ") && !String.join(" ", args).contains("-v");
        if (code < 0 || code > 2 || isTrace || isSilent) {
            throw new AssertionError("exit code " + code + ": " + said, e);
        }
        if (e != null) {
            throw e;
        }
        if (code == 2) {
            throw new IllegalArgumentException(said);
        }
    }
}
