package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Problem lines of poolings: those of benchdnn, and what is printed, which has the same windows when it is read again. */
class PoolingLineTest {
    private static final long SEED = 20260810;
    private static final int PROBLEMS = 2000;

    @Test
    void print_randomProblem_parsesToTheSameWindows() {
        int ceiling = 0;
        for (PoolingProblem problem : new RandomPoolings(SEED).take(PROBLEMS)) {
            String line = problem.toString();
            PoolingProblem parsed = PoolingProblem.parse(line);
            assertThat(parsed).as("seed %s", SEED).hasToString(line);
            assertThat(ProblemLine.parse(line, false).problem()).isEqualTo(parsed);
            assertThat(parsed.srcDims()).as(line).isEqualTo(problem.srcDims());
            assertThat(parsed.dstDims()).as(line).isEqualTo(problem.dstDims());
            assertThat(parsed.descriptor().kind())
                    .as(line)
                    .isEqualTo(problem.descriptor().kind());
            assertThat(parsed.descriptor().countIncludePad())
                    .as(line)
                    .isEqualTo(problem.descriptor().countIncludePad());
            for (int axis = 0; axis < problem.descriptor().spatialRank(); axis++) {
                assertSameWindows(line, problem.axis(axis), parsed.axis(axis));
            }
            ceiling += line.contains("--padding-end") ? 1 : 0;
        }
        assertThat(ceiling).as("lines that need the padding after").isGreaterThan(PROBLEMS / 20);
    }

    private static void assertSameWindows(String line, PoolingAxis problem, PoolingAxis parsed) {
        for (long window = 0; window < problem.dst(); window++) {
            assertThat(parsed.start(window)).as(line).isEqualTo(problem.start(window));
            assertThat(parsed.inSource(window)).as(line).isEqualTo(problem.inSource(window));
            assertThat(parsed.inPadded(window)).as(line).isEqualTo(problem.inPadded(window));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        pool ic3ih4kh2sh2                       | pool max mb2ic3ih4iw4oh2ow2kh2kw2sh2sw2ph0pw0
        mb1ic8_ih3oh3_kh3ph1                    | pool max mb1ic8ih3iw3oh3ow3kh3kw3ph1pw1
        mb4ic17_ih6oh7_kh2ph1                   | pool max mb4ic17ih6iw6oh7ow7kh2kw2ph1pw1
        ic1_ih3oh3_kh3ph2_dh1dw1                | pool max mb2ic1ih3iw3oh3ow3kh3kw3dh1dw1ph2pw2
        mb1ic1iw7kw3 --alg=avg_np               | pool avg mb1ic1iw7ow5kw3pw0
        pool --alg=avg_p mb1ic1iw7kw3           | pool avg mb1ic1iw7ow5kw3pw0 --count-include-pad
        --alg=pooling_avg_exclude_padding ic1iw7kw3 | pool avg mb2ic1iw7ow5kw3pw0
        avg ic1iw7kw3 --count-include-pad       | pool avg mb2ic1iw7ow5kw3pw0 --count-include-pad
        ic1iw6kw3sw2 --ceil-mode                | pool max mb2ic1iw6ow3kw3sw2pw0 --ceil-mode
        ic1iw6kw3sw2pw1 --ceil-mode --padding-end=0 | pool max mb2ic1iw6ow3kw3sw2pw1 --ceil-mode --padding-end=0
        """)
    void parse_line_isWhatBenchdnnMakesOfIt(String line, String printed) {
        assertThat(PoolingProblem.parse(line)).hasToString(printed);
    }

    @Test
    void parse_outputExtent_impliesThePaddingAfter() {
        // (12 − 1)·1 + 3 − 9 − 1
        assertThat(PoolingProblem.parse("ic1iw9ow12kw3pw1 --alg=avg_p")
                        .descriptor()
                        .padding())
                .isEqualTo(Padding.explicit(List.of(1), List.of(4)));
        assertThat(PoolingProblem.parse("mb3ic2iw9kw3").withMinibatch(5).srcDims())
                .isEqualTo(Dims.of(5, 2, 9));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        pool ic1oc1iw4kw2            | problem line must give no oc, since it is one of a pooling: pool ic1oc1iw4kw2
        pool g1ic1iw4kw2             | problem line must give no g, since it is one of a pooling: pool g1ic1iw4kw2
        pool ic1iw4kw2 --flip-kernel | problem line has the unknown option '--flip-kernel': pool ic1iw4kw2 --flip-kernel
        conv ic1iw4oc1kw2 --alg=max  | problem line has the unknown option '--alg=max': conv ic1iw4oc1kw2 --alg=max
        pool ic1iw4kw2 --alg=min     | alg must be one of [max, avg_np, avg_p], but was 'min'
        pool max ic1iw4kw2 --ceil-mode --padding-end=1x | padding-end must be numbers below 2^31, joined by x, but was '1x'
        pool ic1ih4kh2_dw1           | problem line must give a positive i: pool ic1ih4kh2_dw1
        pool ic1iw9ow3kw3            | problem line must not leave out windows that fit: its output has 7 elements on spatial axis 0, not 3: pool ic1iw9ow3kw3
        """)
    void parse_wrongLine_throwsWithWhat(String line, String message) {
        assertThatThrownBy(() -> ProblemLine.parse(line, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void parse_lineOfAnotherKind_isRefusedByName() {
        assertThatThrownBy(() -> ConvolutionProblem.parse("pool ic1iw4kw2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "problem line must be one of a convolution, but was pool:" + " pool max mb2ic1iw4ow3kw2pw0");
        assertThatThrownBy(() -> PoolingProblem.parse("conv ic1iw4oc1kw2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("problem line must be one of a pooling, but was a convolution: conv mb2");
    }
}
