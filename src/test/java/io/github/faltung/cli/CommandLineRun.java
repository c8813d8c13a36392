package io.github.faltung.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * A command line that was run in this JVM.
 *
 * @param exitCode 0 if all went well
 * @param output what it printed
 * @param errors what it printed to standard error
 */
public record CommandLineRun(int exitCode, String output, String errors) {
    /** Runs {@code faltung} with arguments. */
    public static CommandLineRun of(List<String> arguments) {
        var output = new StringWriter();
        var errors = new StringWriter();
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(output, true));
        command.setErr(new PrintWriter(errors, true));
        int exitCode = command.execute(arguments.toArray(String[]::new));
        return new CommandLineRun(exitCode, output.toString(), errors.toString());
    }
}
