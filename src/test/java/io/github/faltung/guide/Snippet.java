package io.github.faltung.guide;

/**
 * Java of a page.
 *
 * @param place page and line
 * @param line of its first line
 * @param given what is declared before it
 * @param code statements, an expression, or a source file with a {@code main}
 * @param kind which of these
 */
record Snippet(String place, int line, String given, String code, Kind kind) {
    /** What the code is. */
    enum Kind {
        STATEMENTS,
        EXPRESSION,
        FILE
    }

    /** Returns the kind of a block's code: a file has imports or a public class. */
    static Kind kindOfBlock(String code) {
        return code.matches("(?s)(import|public class|public final class) .*") ? Kind.FILE : Kind.STATEMENTS;
    }
}
