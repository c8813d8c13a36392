package io.github.faltung.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text that a page shows, in which {@code …} stands for what varies: a part of a line or, alone, any number of lines. */
record Shown(String text) {
    private static final String ANYTHING = "…";

    /** Fails unless what was printed is what the page shows. */
    void requireLines(String place, String printed) {
        String pattern = (text + "\n")
                .lines()
                .map(line -> line.equals(ANYTHING) ? "(?:[^\n]*\n)*?" : inLine(line, "[^\n]*") + "\n")
                .collect(Collectors.joining());
        String actual = printed.lines().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
        assertThat(actual).as(place).matches(Pattern.compile(pattern));
    }

    /** Fails unless a message is the one that the page shows. */
    void requireMessage(String place, String message) {
        assertThat(message).as(place).matches(Pattern.compile(inLine(text, ".*"), Pattern.DOTALL));
    }

    /** Fails unless all that does not vary stands in a source file's strings; those of several may be put together at a sign. */
    void requireIn(String place, String source) {
        String joined = source.replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
        assertThat(text.split(ANYTHING + "|(?<=[:;.]) ", -1))
                .as(place)
                .allSatisfy(part -> assertThat(joined).contains(part.replaceFirst("^[:;.]+|[:;.]+$", "")));
    }

    private static String inLine(String line, String anything) {
        return Arrays.stream(line.split(ANYTHING, -1)).map(Pattern::quote).collect(Collectors.joining(anything));
    }
}
