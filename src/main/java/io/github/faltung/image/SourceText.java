package io.github.faltung.image;

import java.util.ArrayList;
import java.util.List;

/** Says which zeros a drawn source has, the axes joined by a sign where they differ. */
final class SourceText {
    private SourceText() {}

    static String of(List<DrawnAxis> axes) {
        var phrases = new ArrayList<String>();
        if (axes.stream().anyMatch(axis -> axis.inserted() > 0)) {
            phrases.add(joined(axes.stream().map(DrawnAxis::inserted).toList()) + " between");
        }
        List<Long> before = axes.stream().map(DrawnAxis::before).toList();
        List<Long> after = axes.stream().map(DrawnAxis::after).toList();
        boolean around = before.equals(after);
        if (around && before.stream().anyMatch(zeros -> zeros > 0)) {
            phrases.add(joined(before) + (axes.size() == 1 ? " on both sides" : " around"));
        } else if (!around) {
            phrases.add(joined(before) + " before");
            phrases.add(joined(after) + " after");
        }
        return phrases.isEmpty() ? "" : "zeros: " + String.join(", ", phrases);
    }

    private static String joined(List<? extends Number> perAxis) {
        List<String> values = perAxis.stream().map(String::valueOf).distinct().toList();
        return values.size() == 1
                ? values.get(0)
                : String.join("×", perAxis.stream().map(String::valueOf).toList());
    }
}
