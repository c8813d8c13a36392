package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MatrixCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(args);
    }

    @Test
    void matrix_problem_isDrawnWithNumberedWeights() {
        assertThat(run("matrix", "ic1iw4oc1kw3")).isZero();
        assertThat(out.toString().lines())
                .containsExactly("conv mb1ic1iw4oc1ow2kw3pw0", "2 x 4 matrix, 6 entries", "1 2 3 .", ". 1 2 3");
    }

    @Test
    void matrix_ofTheTransposedLayer_isTheTranspose() {
        assertThat(run("matrix", "ic1iw4oc1kw3", "--transpose", "--weights=1,0,-1"))
                .isZero();
        String transpose = out.toString().lines().skip(1).toList().toString();
        out.getBuffer().setLength(0);
        assertThat(run("matrix", "deconv ic1iw2oc1kw3", "--weights", "1,0,-1")).isZero();
        assertThat(out.toString().lines().skip(1).toList().toString()).isEqualTo(transpose);
    }

    @Test
    void matrix_mistakes_areOneLineWithNumbers() {
        assertThat(run("matrix", "ic1iw4oc1kw3", "--weights=1,2")).isEqualTo(2);
        assertThat(run("matrix", "ic64ih56oc64oh56kh3ph1")).isEqualTo(1);
        assertThat(run("matrix", "ic1iw4oc1kw9")).isEqualTo(2);
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("--weights must be the 3 elements of 1x1x3, but were 2"),
                        line -> assertThat(line).contains("at most 16777216 entries, but would have 115605504"),
                        line -> assertThat(line).contains("kernel must not reach over more"));
    }
}
