package io.github.faltung.guide;

import io.github.faltung.guide.MarkdownPage.Block;
import io.github.faltung.guide.MarkdownPage.Comment;
import io.github.faltung.guide.MarkdownPage.Heading;
import io.github.faltung.guide.MarkdownPage.Part;
import io.github.faltung.guide.MarkdownPage.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be run or compared on a page. Comments that begin with a word of the guide's say what is not to be seen. */
final class PageContents {
    private static final Pattern CODE = Pattern.compile("`+([^`]+)`+");
    private static final String GIVEN = "given";
    private static final String PROVOKES = "provokes";
    private static final String IN_A_JVM = "in a JVM ";
    private static final String FOUND = "found";
    private static final String OF_THE_JDK = "of";
    private static final String QUOTES = "quotes";
    private static final String FILE = "file";

    /** What a page shows that prints something. */
    sealed interface Shows {}

    /** Statements, and what the page says that they print, if it does. */
    record Example(Snippet snippet, Optional<Shown> output) implements Shows {}

    /** A command line, and what the page says that it prints, if it does. */
    record Command(String place, String line, Optional<Shown> output) implements Shows {}

    /** A message that the page shows, and what it comes from. */
    record Message(String place, Shown text, Cause cause) {}

    /** What a message comes from. */
    sealed interface Cause {}

    /** Statements that end in it. */
    record Code(Snippet snippet) implements Cause {}

    /** A command line that ends in it. */
    record Failing(String line) implements Cause {}

    /** A JVM in which the natives can't be loaded: {@code without} a jar or {@code with} an option. */
    record Jvm(String how) implements Cause {}

    /** What can't be brought about at will: the source files that have parts of the message. */
    record Source(List<String> files) implements Cause {}

    /** Lines of a file of this project. */
    record Quotation(String place, String file, String text) {}

    /** A file that the page shows. */
    record ShownFile(String name, String text) {}

    /**
     * A row of a table of equivalent calls.
     *
     * @param peer the other library's call, if that is Java of the JDK
     * @param ours the call here
     * @param sizes of source and output, as the column says them
     * @param samples what the column says of the samples
     */
    record Equivalent(Optional<Snippet> peer, Snippet ours, String sizes, String samples) {}

    final List<Shows> shows = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();
    final List<Quotation> quotations = new ArrayList<>();
    final List<ShownFile> files = new ArrayList<>();
    final List<Equivalent> equivalents = new ArrayList<>();

    private final MarkdownPage page;
    private final StringBuilder given = new StringBuilder();
    private String heading = "";

    PageContents(MarkdownPage page) {
        this.page = page;
        List<Part> parts = page.parts().stream()
                .filter(part ->
                        !(part instanceof MarkdownPage.Text text && text.text().isBlank()))
                .toList();
        for (int i = 0; i < parts.size(); i++) {
            Part next = i + 1 < parts.size() ? parts.get(i + 1) : parts.get(i);
            Part last = i > 0 ? parts.get(i - 1) : parts.get(i);
            if (parts.get(i) instanceof Heading title) {
                heading = title.text();
            } else if (parts.get(i) instanceof Comment comment) {
                comment(comment, next);
            } else if (parts.get(i) instanceof Block block) {
                block(block, last, next);
            } else if (parts.get(i) instanceof Row row) {
                row(row);
            }
        }
    }

    private void comment(Comment comment, Part next) {
        String[] words = comment.text().split("\\s+", 2);
        String place = page.place(comment.line());
        switch (words[0]) {
            case GIVEN -> given.append(words[1]).append('\n');
            case PROVOKES -> messages.add(new Message(place, message(place), cause(comment, words[1])));
            case FOUND -> messages.add(new Message(place, message(place), new Source(List.of(words[1].split(" ")))));
            case OF_THE_JDK -> {}
            case QUOTES -> quotations.add(new Quotation(place, words[1], ((Block) next).text()));
            case FILE -> files.add(new ShownFile(words[1], ((Block) next).text()));
            default -> throw new AssertionError(place + ": no comment of the guide begins with " + words[0]);
        }
    }

    private Shown message(String place) {
        return new Shown(code(heading, place));
    }

    private Cause cause(Comment comment, String text) {
        if (text.startsWith("$ ")) {
            return new Failing(text.substring(2));
        } else if (text.startsWith(IN_A_JVM)) {
            return new Jvm(text.substring(IN_A_JVM.length()));
        }
        return new Code(snippet(comment.line(), text, Snippet.Kind.STATEMENTS));
    }

    private void block(Block block, Part last, Part next) {
        String place = page.place(block.line());
        boolean isQuoted = last instanceof Comment comment && comment.text().startsWith(QUOTES);
        if (block.language().equals("java") && !isQuoted) {
            Optional<Shown> output =
                    next instanceof Block shown && shown.language().equals("text")
                            ? Optional.of(new Shown(shown.text()))
                            : Optional.empty();
            Snippet.Kind kind = Snippet.kindOfBlock(block.text());
            shows.add(new Example(new Snippet(place, block.line(), given.toString(), block.text(), kind), output));
        } else if (block.language().equals("console")) {
            for (String command : block.text().split("(?m)^\\$ ", -1)) {
                if (!command.isEmpty()) {
                    shows.add(command(place, command));
                }
            }
        }
    }

    private static Command command(String place, String text) {
        String[] parts = text.split("\n", 2);
        Optional<Shown> output =
                parts.length > 1 && !parts[1].isBlank() ? Optional.of(new Shown(parts[1].strip())) : Optional.empty();
        return new Command(place, parts[0], output);
    }

    private void row(Row row) {
        String ours = row.cell("Faltung");
        if (!CODE.matcher(ours).find()) {
            return;
        }
        String place = page.place(row.line());
        String peer = row.cell("ConvolveOp");
        equivalents.add(new Equivalent(
                peer.isEmpty() ? Optional.empty() : Optional.of(expression(row.line(), code(peer, place))),
                expression(row.line(), code(ours, place)),
                sizes(row),
                row.cell("Samples")));
    }

    /** Returns the sizes with channels first. */
    private static String sizes(Row row) {
        boolean isChannelsLast = row.columns().stream().anyMatch(column -> column.matches("Sizes.*C\\)"));
        String sizes = row.cell("Sizes");
        return isChannelsLast
                ? sizes.replaceAll("((?:\\d+×)+)(\\d+)(?!\\d|×)", "$2×$1").replaceAll("×(?!\\d)", "")
                : sizes;
    }

    private Snippet expression(int line, String code) {
        return snippet(line, code, Snippet.Kind.EXPRESSION);
    }

    private Snippet snippet(int line, String code, Snippet.Kind kind) {
        return new Snippet(page.place(line), line, given.toString(), code, kind);
    }

    private static String code(String text, String place) {
        Matcher matcher = CODE.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError(place + ": there must be code in '" + text + "'");
        }
        return matcher.group(1).strip();
    }
}
