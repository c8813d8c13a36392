package io.github.faltung.fuzz;

import io.github.faltung.convolution.PoolingAlgorithm;
import io.github.faltung.convolution.ProblemKind;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.convolution.RandomPoolings;
import io.github.faltung.convolution.RandomProblems;
import java.util.ArrayList;
import java.util.List;

/** Problem lines. The text of what one means is one again, and means the same. */
final class ProblemLineTarget extends SpoiltTarget {
    /** Fields, options and values of the grammar. */
    static final List<String> WORDS = List.of(
            "g",
            "mb",
            "ic",
            "oc",
            "id",
            "ih",
            "iw",
            "od",
            "oh",
            "ow",
            "kd",
            "kh",
            "kw",
            "sd",
            "sh",
            "sw",
            "pd",
            "ph",
            "pw",
            "dd",
            "dh",
            "dw",
            "n\"x\"",
            "conv ",
            "deconv ",
            "pool ",
            "max ",
            "avg ",
            " --dt=",
            "f32",
            "bf16",
            "f16",
            "u8",
            "s8",
            "s32",
            ":",
            "*",
            "+",
            "x",
            " --attr-fpmath=",
            "split-bf16-3",
            " --attr-scales=",
            "src:common:",
            "wei:per_oc:",
            "wei:common:",
            "dst:common:",
            " --attr-zero-points=",
            " --attr-post-ops=",
            "relu",
            "gelu_erf",
            "clip:",
            "sum:",
            "prelu:",
            "add:",
            "soft_relu:",
            "linear:",
            "--flip-kernel",
            " --alg=",
            "avg_p",
            "avg_np",
            "--ceil-mode",
            "--count-include-pad",
            " --padding-end=",
            "2147483647",
            "2147483648",
            "-1",
            "0",
            "9223372036854775807",
            "1e39",
            "NaN",
            "Infinity",
            "-0.0",
            "0x1p3",
            "1f",
            "_",
            "\t",
            "\u0660",
            "\ud83d\ude00");

    private static final List<ProblemKind> KINDS = List.of(ProblemKind.values());
    private static final List<PoolingAlgorithm> ALGORITHMS = List.of(PoolingAlgorithm.values());

    ProblemLineTarget() {
        super("problem-line", sound(), WORDS, List.of(IllegalArgumentException.class));
    }

    static List<byte[]> sound() {
        var lines = new ArrayList<String>();
        new RandomProblems(1).typed().wide().take(40).forEach(problem -> lines.add(problem.toString()));
        new RandomPoolings(2).typed().take(20).forEach(problem -> lines.add(problem.toString()));
        lines.add("g2mb3ic4ih5oc6kh3sh2dh1ph1n\"name\"");
        lines.add("ic3id9oc8kd3pd1 --attr-post-ops=relu:0.1+sum:2+add:1*2*3*4*5*6*7*8");
        lines.add(
                "conv ic3iw9oc2kw3 --dt=u8:s8:u8 --attr-scales=src:common:0.5+wei:per_oc:1*2 --attr-zero-points=src:common:7");
        lines.add("ic16ih8oc16kh3 --attr-fpmath=bf16 --flip-kernel");
        lines.add("pool avg ic3ih8kh3sh2 --count-include-pad --ceil-mode --padding-end=1x2");
        return texts(lines);
    }

    @Override
    void feed(byte[] input) {
        String text = text(input);
        ProblemKind kind = KINDS.get(input.length % KINDS.size());
        PoolingAlgorithm algorithm = ALGORITHMS.get(input.length % ALGORITHMS.size());
        ProblemLine line = ProblemLine.parse(text, kind, algorithm);
        String said = line.problem().toString();
        String again = ProblemLine.parse(said, kind, algorithm).problem().toString();
        if (!again.equals(said)) {
            throw new AssertionError("'" + said + "' is read as '" + again + "'");
        }
    }
}
