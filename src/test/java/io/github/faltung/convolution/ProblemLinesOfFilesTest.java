package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Printing and parsing again, over every problem line that there is. */
class ProblemLinesOfFilesTest {
    private static final long SEED = 20260802;
    private static final Path OWN = Path.of("src/test/resources/problems");
    private static final Path CONFORMANCE = Path.of("../shared/conformance/benchdnn");

    @TestFactory
    List<DynamicTest> print_parsedProblem_parsesToTheSame() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("2000 random problems of seed " + SEED, () -> {
            for (ConvolutionProblem problem : new RandomProblems(SEED).take(2000)) {
                assertRoundTrip(problem);
            }
        }));
        tests.addAll(perFile(OWN));
        if (Files.isDirectory(CONFORMANCE)) {
            tests.addAll(perFile(CONFORMANCE));
        } else {
            tests.add(DynamicTest.dynamicTest(
                    "NOT RUN over benchdnn's files: " + CONFORMANCE + " is not there", () -> {}));
        }
        return tests;
    }

    private static List<DynamicTest> perFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.toString(), () -> checkFile(file)))
                    .toList();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("--"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkFile(Path file) {
        boolean transposed = file.resolveSibling("").endsWith("deconv");
        var names = new HashSet<String>();
        for (String line : lines(file)) {
            ProblemLine parsed = ProblemLine.parse(line, transposed);
            assertThat(ProblemLine.parse(parsed.toString(), !transposed).name())
                    .as(line)
                    .isEqualTo(parsed.name());
            assertRoundTrip(parsed.convolution());
            if (file.startsWith(OWN) && !parsed.name().isEmpty()) {
                assertThat(names.add(parsed.name()))
                        .as("the name of %s is its own", line)
                        .isTrue();
            }
        }
    }

    private static void assertRoundTrip(ConvolutionProblem problem) {
        String line = problem.toString();
        ConvolutionProblem parsed = ConvolutionProblem.parse(line);
        assertThat(parsed).as(line).hasToString(line);
        assertThat(parsed.axes()).as(line).isEqualTo(problem.axes());
        assertThat(parsed.srcDims()).as(line).isEqualTo(problem.srcDims());
        assertThat(parsed.dstDims()).as(line).isEqualTo(problem.dstDims());
        assertThat(parsed.descriptor().weightsDims())
                .as(line)
                .isEqualTo(problem.descriptor().weightsDims());
        assertThat(parsed.descriptor().postOps())
                .as(line)
                .isEqualTo(problem.descriptor().postOps());
        assertThat(parsed.descriptor().flipKernel())
                .as(line)
                .isEqualTo(problem.descriptor().flipKernel());
    }
}
