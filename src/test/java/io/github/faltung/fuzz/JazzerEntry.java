package io.github.faltung.fuzz;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Where Jazzer's search begins: {@code --target_class} of this, the target's name as {@code --target_args}. Needs nothing of Jazzer itself. */
public final class JazzerEntry {
    private static final Logger OURS = Logger.getLogger("io.github.faltung");

    private static FuzzTarget target = Targets.of("problem-line");

    private JazzerEntry() {}

    /** Chooses the target. Called by Jazzer. */
    public static void fuzzerInitialize(String[] args) {
        OURS.setLevel(Level.OFF); // warnings of files that are ignored
        target = Targets.of(args[0]);
    }

    /** Runs a case. Called by Jazzer, to which whatever is thrown is a finding. */
    public static void fuzzerTestOneInput(byte[] input) {
        target.run(input);
    }
}
