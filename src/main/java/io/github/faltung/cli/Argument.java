package io.github.faltung.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a command line says that its parser can't judge: what breaks a rule makes the command line a wrong one. */
final class Argument {
    private Argument() {}

    /**
     * Returns a value that is read from the command line.
     *
     * @param value throws an {@link IllegalArgumentException} if there is none
     * @throws ParameterException in its place
     */
    static <T> T read(CommandSpec spec, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw wrong(spec, e);
        }
    }

    /**
     * Checks a rule.
     *
     * @param message names field, rule and value
     * @throws ParameterException if it does not hold
     */
    static void require(CommandSpec spec, boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** Returns what says that the command line is wrong. */
    static ParameterException wrong(CommandSpec spec, IllegalArgumentException e) {
        return new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
}
