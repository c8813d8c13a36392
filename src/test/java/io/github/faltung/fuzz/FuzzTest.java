package io.github.faltung.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A few cases of every target, always the same ones; {@code .ci/fuzz} runs many. */
@Tag("native")
class FuzzTest {
    private static final List<String> READERS = List.of(
            "kernel-text",
            "layer-file",
            "npy",
            "onnx-model",
            "onnx-tensor",
            "picture",
            "problem-file",
            "problem-line",
            "tensor");

    /** These compute, so that a case takes a hundred times as long. */
    private static final List<String> OTHERS = List.of(
            "chain",
            "command-line",
            "deformable",
            "descriptor",
            "gradients",
            "layer",
            "pooling",
            "raster",
            "strip-filter",
            "wisdom");

    private static final Pattern LINE = Pattern.compile(
            "(?<target>[a-z-]+): \\d+ cases, (?<taken>\\d+) taken, (?<refused>\\d+) refused, 0 failures.*");

    @Test
    void targets_all_areInTheTests() {
        var tested = new TreeSet<>(READERS);
        tested.addAll(OTHERS);

        assertThat(Targets.names()).containsExactlyElementsOf(tested);
    }

    @Test
    void readers_generatedCases_areTakenOrRefused() {
        assertPass(READERS, 2_000);
    }

    @Test
    void others_generatedCases_areTakenOrRefused() {
        assertPass(OTHERS, 100);
    }

    private static void assertPass(List<String> targets, int cases) {
        var outcome = ChildJvm.likeThis()
                .withOption("-Xmx256m")
                .withOption("-XX:MaxDirectMemorySize=1g")
                .withOption("-XX:-OmitStackTraceInFastThrow")
                .run(FuzzRun.class, "run", String.join(",", targets), "1", "0", String.valueOf(cases));

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        var ran = new ArrayList<String>();
        outcome.output().lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            ran.add(line.group("target"));
            assertThat(Long.parseLong(line.group("taken"))).as(line.group()).isPositive();
            // Wisdom is never refused.
            assertThat(Long.parseLong(line.group("refused")) > 0)
                    .as(line.group())
                    .isEqualTo(!line.group("target").equals("wisdom"));
        });
        assertThat(ran).as(outcome.output()).containsExactlyElementsOf(targets);
    }
}
