package io.github.faltung.planning;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a candidate's words have to be, from some formulation on.
 *
 * @param text the words, or {@code null} for any
 */
record Said(@Nullable String text) {
    static final Said ANYHOW = new Said(null);

    /** Between the names of formulations that are nested. */
    static final String SEPARATOR = ", ";

    private static final Said DIRECTLY = new Said(Candidate.DIRECT);

    /** Returns whether a task may run as it is. */
    boolean isDirect() {
        return text == null || text.equals(Candidate.DIRECT);
    }

    /** Returns whether a task may be said another way. */
    boolean isFormulated() {
        return text == null || !text.equals(Candidate.DIRECT);
    }

    /** Returns what has to be said within a formulation, if these are words of its. */
    Optional<Said> after(String formulation) {
        if (text == null) {
            return Optional.of(this);
        }
        if (text.equals(formulation)) {
            return Optional.of(DIRECTLY);
        }
        String words = formulation + SEPARATOR;
        boolean names = text.startsWith(words) && !text.equals(words + Candidate.DIRECT); // which goes without saying
        return names ? Optional.of(new Said(text.substring(words.length()))) : Optional.empty();
    }
}
