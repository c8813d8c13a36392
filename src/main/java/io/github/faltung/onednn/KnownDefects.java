package io.github.faltung.onednn;

import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/** The defects of the bundled oneDNN that a problem can run into, and the detours around them. */
final class KnownDefects {
    private KnownDefects() {}

    /**
     * A shape that avoids every known defect.
     *
     * @param shape the problem, said so that it does
     * @param notes which defect each detour avoids; empty if there is none
     */
    record Guarded(ForwardShape shape, List<String> notes) {}

    /** Returns one line for each guarded defect. */
    static List<String> guarded() {
        return List.of();
    }

    static Guarded guard(ForwardShape shape, Layout layout) {
        return new Guarded(shape, new ArrayList<>());
    }
}
