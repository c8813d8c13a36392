package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.Direction;
import io.github.faltung.checking.ProblemResult;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients of real numbers, of every kind of layer in both layouts, within the bound; their sums are too long to be exact. */
@Tag("native")
class BoundedGradientsTest {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    private static final long SEED = Long.getLong("faltung.seed", 2028);

    /** Set {@code -Dfaltung.problems} to try more. */
    private static final int PROBLEMS = Integer.getInteger("faltung.problems", 150);

    /** Layers whose kernels block, strip and thread their loops. */
    private static final List<String> LARGE = List.of(
            "conv mb2ic64ih28oc64kh3ph1",
            "conv mb2ic64ih28oc128kh1sh2",
            "conv mb1g64ic64ih28oc64kh3ph1",
            "conv mb2g4ic32ih14oc64kh3ph1dh1",
            "conv mb1ic3ih64oc32kh7sh2ph3",
            "conv mb1ic16id8ih12iw12oc16kd3kh3kw3pd1ph1pw1",
            "conv mb2ic32iw200oc48kw5pw2",
            "deconv mb2ic32ih14oc16kh4sh2ph1",
            "deconv mb1ic16id6ih8iw8oc16kd2kh2kw2sd2sh2sw2");

    @ParameterizedTest
    @EnumSource(
            value = Direction.class,
            names = {"BACKWARD_DATA", "BACKWARD_WEIGHTS"})
    void gradients_realNumbers_stayWithinTheBound(Direction direction) {
        var problems =
                new ArrayList<>(LARGE.stream().map(ConvolutionProblem::parse).toList());
        problems.addAll(new RandomProblems(SEED).wide().withoutPostOps().take(PROBLEMS));
        int rounded = 0;
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine()) {
            var runner = new ProblemRunner(
                    engine,
                    reference,
                    RunOptions.defaults().withRealFill().withSeed(SEED).withMultiplyAdds(1 << 19));
            for (ConvolutionProblem problem : problems) {
                for (Layout src : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                    ProblemResult result = runner.run(problem, Arrangement.of(src), direction);
                    assertThat(result.verdict() == Verdict.PASSED || hasNoProduct(result))
                            .as(result.toString())
                            .isTrue();
                    assertThat(result.exact()).isFalse();
                    rounded += result.worstRatio() > 0 ? 1 : 0;
                }
            }
        }
        assertThat(rounded).as("results that were rounded").isGreaterThan(problems.size());
    }

    /** Padding may cut off all that a gradient depends on; the zeros then are right. */
    private static boolean hasNoProduct(ProblemResult result) {
        return result.reason().startsWith("vacuous") && result.worstRatio() == 0;
    }
}
