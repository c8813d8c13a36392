package io.github.faltung.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** Says what is being computed: on a console in one line that is written over, elsewhere one line per row. */
final class DemoProgress {
    private final PrintWriter out;
    private final boolean console;
    private final int rows;
    private int row;
    private int shown;

    DemoProgress(PrintWriter out, boolean console, int rows) {
        this.out = out;
        this.console = console;
        this.rows = rows;
    }

    /** Begins the next row. */
    void next(String name) {
        row++;
        String text = "[" + row + "/" + rows + "] " + name + " ...";
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
        return Optional.ofNullable(System.console())
                .map(DemoProgress::isTerminal)
                .orElse(false);
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
