package io.github.faltung.fuzz;

import io.github.faltung.checking.ProblemFiles;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Files of problem lines, comments and options. */
final class ProblemFileTarget extends SpoiltTarget {
    ProblemFileTarget() {
        super(
                "problem-file",
                sound(),
                ProblemLineTarget.WORDS,
                List.of(IllegalArgumentException.class, IOException.class));
    }

    private static List<byte[]> sound() {
        String lines = ProblemLineTarget.sound().stream()
                .limit(5)
                .map(SpoiltTarget::text)
                .collect(Collectors.joining("\n"));
        return texts(List.of(lines, "# comment\n\n--mb=1 --dt=f32\nconv ic1ih4oc1kh3\r\npool ic1ih4kh2\n"));
    }

    @Override
    void feed(byte[] input) throws IOException {
        var files = new ProblemFiles(input.length % 2 == 0);
        files.add(file("problems", input).toString());
        files.problems();
    }
}
