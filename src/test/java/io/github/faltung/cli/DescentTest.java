package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Engine;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import java.io.IOException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Learning kernels by plain gradient descent. */
@Tag("native")
class DescentTest {
    private static Engine open(boolean oneDnn) {
        return oneDnn ? OneDnnEngine.open() : new ReferenceEngine();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void epochs_textbookEdge_isLearned(boolean oneDnn) {
        try (Engine engine = open(oneDnn);
                Descent descent = DemoLesson.EDGE.begin(engine, DemoLesson.band())) {
            double[] losses = descent.epochs(10);
            for (int i = 1; i < losses.length; i++) {
                assertThat(losses[i]).as("loss of epoch %d", i).isLessThan(losses[i - 1]);
            }
            assertThat(descent.weights()).containsExactly(new float[] {1, -1}, Offset.offset(0.05f));
            descent.epochs(50);
            assertThat(descent.weights()).containsExactly(new float[] {1, -1}, Offset.offset(1e-3f));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void learn_embossFromThePhotograph_isLearned(boolean oneDnn) throws IOException {
        try (Engine engine = open(oneDnn)) {
            DemoLesson.Outcome outcome =
                    DemoLesson.EMBOSS.learn(engine, DemoPhoto.bundled().picture());

            assertThat(outcome.passed()).isTrue();
            assertThat(outcome.worstError()).isLessThan(1e-3);
            assertThat(outcome.toString()).startsWith("learned the emboss kernel: [0.10, ");
        }
    }
}
