package io.github.faltung.fuzz;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.planning.PlanningEngine;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.planning.Wisdom;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Wisdom files. A broken one is never an error: plans are made without it. */
final class WisdomTarget extends SpoiltTarget {
    private static final List<String> WORDS = List.of(
            "faltung wisdom 1\n",
            "\t",
            "\n",
            "\r\n",
            "direct",
            "in blocks",
            ", ",
            " + ",
            "reference",
            "conv ",
            "ic",
            "4096",
            "(",
            ")",
            "\ufffd");

    private static final ConvolutionProblem PROBLEM = ConvolutionProblem.parse("deconv mb1ic4ih4oc2kh4sh2ph1");

    WisdomTarget() {
        super("wisdom", sound(), WORDS, List.of());
    }

    private static List<byte[]> sound() {
        // What measuring leaves behind.
        return List.of(written(file -> {
            file.toFile().deleteOnExit();
            plan(Wisdom.at(file), PlanningOptions.Mode.MEASURE);
        }));
    }

    private static void plan(Wisdom wisdom, PlanningOptions.Mode mode) {
        PlanningOptions options = PlanningOptions.DEFAULT.withMode(mode).withWisdom(wisdom);
        try (Engine engine = PlanningEngine.over(new ReferenceEngine(), options);
                Tensor weights = Tensor.allocate(PROBLEM.descriptor().weightsDims());
                Convolution layer = engine.convolution(PROBLEM.descriptor(), weights)) {
            requireText(layer.explain(PROBLEM.srcDims()));
        }
    }

    @Override
    void feed(byte[] input) throws IOException {
        Path file = file("wisdom", input);
        plan(Wisdom.at(file), PlanningOptions.Mode.ESTIMATE);
    }
}
