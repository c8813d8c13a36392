package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolingRunTest {
    private static final String MEAN = "mb2ic3ih7kh3sh2ph1 --alg=avg_np";

    private static ProblemResult run(Engine engine, String line) {
        try (Engine reference = new ReferenceEngine()) {
            var arrangement = Arrangement.of(Layout.CHANNELS_LAST);
            return new PoolingRun(engine, reference, PoolingProblem.parse(line), arrangement, RunOptions.defaults())
                    .run();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {MEAN, "mb2ic3ih7kh3sh2ph1", "mb2ic3ih7kh3sh2ph1 --dt=u8", "mb1ic2iw9kw2 --dt=s8 --alg=avg_p"})
    void run_rightEngine_passes(String line) {
        try (Engine engine = new ReferenceEngine()) {
            ProblemResult result = run(engine, line);

            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.PASSED);
            assertThat(result.worstRatio()).isLessThanOrEqualTo(1);
            assertThat(result.exact()).isEqualTo(!line.contains("avg"));
        }
    }

    @Test
    void run_offByMoreThanTheBound_fails() {
        try (Engine within = new EdgeEngine(0.9);
                Engine beyond = new EdgeEngine(1.5)) {
            assertThat(run(within, MEAN).verdict()).isEqualTo(Verdict.PASSED);
            assertThat(run(beyond, MEAN).verdict()).isEqualTo(Verdict.FAILED);
            assertThat(run(beyond, MEAN).worstRatio()).isGreaterThan(1);
        }
    }

    /** On zeros an engine that does nothing would pass. */
    @Test
    void run_numbersOfEachType_areNotAlike() {
        try (Engine engine = new ReferenceEngine()) {
            for (String type : new String[] {"f32", "u8", "s8"}) {
                assertThat(run(engine, "mb1ic2ih6kh1 --dt=" + type).reason()).isEmpty();
            }
        }
    }
}
