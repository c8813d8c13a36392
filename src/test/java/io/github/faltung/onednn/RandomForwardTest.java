package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.ProblemResult;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random problems of every kind, padding mode and post-op against the reference, in every arrangement of memory, at each instruction set.
 * In a JVM of its own, since a defect of oneDNN that nobody knows yet may crash it.
 */
@Tag("native")
class RandomForwardTest {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    private static final long SEED = Long.getLong("faltung.seed", 2026);

    /** Set {@code -Dfaltung.problems} to try more. */
    private static final int PROBLEMS = Integer.getInteger("faltung.problems", 250);

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void forward_randomProblems_equalsReference(String isa) {
        var outcome = ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(Runs.class, Long.toString(SEED), Integer.toString(PROBLEMS));

        assertThat(outcome.output()).as("seed " + SEED).endsWith(PROBLEMS + " problems done, 0 failed\n");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Runs problems; prints each before it is run, so that a crash tells which it was, and the failures. */
    static final class Runs {
        private static final List<Arrangement> ARRANGEMENTS = List.of(
                Arrangement.of(Layout.CHANNELS_FIRST),
                Arrangement.of(Layout.CHANNELS_LAST),
                Arrangement.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST),
                new Arrangement(Layout.SPATIAL_FIRST, Layout.CHANNELS_LAST, true));

        private Runs() {}

        public static void main(String[] args) {
            long seed = Long.parseLong(args[0]);
            int failed = 0;
            try (Engine engine = OneDnnEngine.open();
                    Engine reference = new ReferenceEngine()) {
                var random = new RandomProblems(seed).wide().typed();
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    ConvolutionProblem problem = random.next();
                    System.out.println(problem);
                    RunOptions options = RunOptions.defaults().withSeed(seed + i);
                    var runner = new ProblemRunner(engine, reference, i % 3 == 0 ? options.withoutBias() : options);
                    for (Arrangement arrangement : ARRANGEMENTS) {
                        ProblemResult result = runner.run(problem, arrangement);
                        if (result.verdict() != Verdict.PASSED) {
                            System.out.println("FAILED " + result);
                            failed++;
                        }
                    }
                }
            }
            System.out.print(args[1] + " problems done, " + failed + " failed\n");
        }
    }
}
