package io.github.faltung.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** Says what is being done: on a console in one line that is written over, elsewhere in a line for each time. */
final class StatusLine {
    private final PrintWriter out;
    private final boolean console;
    private int shown;

    StatusLine(PrintWriter out, boolean console) {
        this.out = out;
        this.console = console;
    }

    /** Shows a text in place of the last. */
    void show(String text) {
        if (console) {
            clear();
            out.print(text);
            shown = text.length();
            out.flush();
        } else {
            out.println(text);
        }
    }

    /** Makes room for other output. */
    void clear() {
        if (shown > 0) {
            out.print("\r" + " ".repeat(shown) + "\r");
            out.flush();
            shown = 0;
        }
    }

    /** Returns whether a person is watching, as far as Java can tell: whether standard input and output are a terminal's. */
    static boolean isConsole() {
        return Optional.ofNullable(System.console()).map(StatusLine::isTerminal).orElse(false);
    }

    /** From Java 22 on there is a console even where there is no terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
