package io.github.faltung.cli;

import picocli.CommandLine.Option;

/** The option {@code --verbose} of the commands that have nothing more to print unless they fail. */
final class VerboseOption {
    /** Whether {@link FaltungCommand} prints the trace of an error that it reports. */
    @Option(
            names = {"-v", "--verbose"},
            description = "Print the stack trace of an error.")
    boolean traces;
}
