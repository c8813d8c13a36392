package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Precision;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of real numbers in parts: each precision keeps its own bound, and fewer parts break the bound of more. */
@Tag("native")
class Bf16PartsTest {
    private static final long SEED = 20261127;

    private static final List<String> LINES = List.of(
            "conv mb2ic32ih9iw10oc16kh3kw3ph1pw1",
            "conv mb1g2ic32ih9iw10oc32kh3kw3sh2sw2 --attr-post-ops=relu",
            "deconv mb1ic32ih5iw6oc16kh4kw4sh2sw2ph1pw1",
            "conv mb1ic2ih30iw30oc16kh1kw1");

    /** Of more, the bound allows for what no random numbers come near to. */
    private static final double FEW_PRODUCTS = 2;

    static Stream<Arguments> runs() {
        List<Supplier<Engine>> engines = List.of(ReferenceEngine::new, OneDnnEngine::open);
        return LINES.stream()
                .flatMap(line -> Stream.of(Precision.SPLIT_BF16_6, Precision.SPLIT_BF16_3, Precision.BF16)
                        .flatMap(precision -> engines.stream().map(open -> Arguments.of(line, precision, open))));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void forward_realNumbers_keepsItsBoundAndNoStricterOne(String line, Precision precision, Supplier<Engine> open) {
        var problem = ConvolutionProblem.parse(line);
        var relaxed = new ConvolutionProblem(problem.descriptor().withPrecision(precision), problem.srcDims());
        float[] weights = reals(problem.descriptor().weightsDims().elements(), SEED);
        try (Engine engine = open.get();
                Engine reference = new ReferenceEngine();
                Tensor w = Tensor.of(weights, problem.descriptor().weightsDims());
                Tensor src = Tensor.of(reals(problem.srcDims().elements(), SEED + 1), problem.srcDims());
                Tensor dst = Tensor.allocate(problem.dstDims());
                Convolution expected = reference.convolution(problem.descriptor(), w);
                var layers = new PlannedLayers(engine, new Parameters(weights, null))) {
            Evaluation evaluation = ((Evaluator) expected).evaluate(src, dst);
            run(relaxed, precision, engine, layers, src, dst);
            OutputSample all = OutputSample.of(dst.dims(), Integer.MAX_VALUE, 0);
            float[] found = dst.toFloatArray();

            assertThat(Comparison.bounded(relaxed.descriptor(), evaluation, all, found))
                    .matches(Comparison::isMatch);
            boolean few =
                    problem.multiplyAdds() <= FEW_PRODUCTS * problem.dstDims().elements();
            if (precision == Precision.BF16 || (precision == Precision.SPLIT_BF16_3 && few)) {
                Precision stricter = precision == Precision.BF16 ? Precision.SPLIT_BF16_3 : Precision.SPLIT_BF16_6;
                assertThat(Comparison.bounded(problem.descriptor().withPrecision(stricter), evaluation, all, found))
                        .matches(comparison -> !comparison.isMatch(), "breaks the bound of " + stricter);
            }
        }
    }

    private static void run(
            ConvolutionProblem problem,
            Precision precision,
            Engine engine,
            PlannedLayers layers,
            Tensor src,
            Tensor dst) {
        Storage from = Storage.source(DataType.F32, Part.of(src));
        Storage to = Storage.destination(DataType.F32, Part.of(dst));
        Task task = Planner.task(problem, from, to);
        Draft draft = new Bf16Parts()
                .drafts(task).stream()
                        .filter(one -> one.text().equals(precision + " parts"))
                        .findFirst()
                        .orElseThrow();
        var model = new CostModel(1, new Hardware(1, 16, 16, 2));
        Candidate inner = new Search(Formulations.ALL, model)
                .candidates(draft.tasks().get(0), 1, Said.ANYHOW)
                .get(0);
        Candidate candidate = Candidate.of(draft, List.of(inner), model);
        var proposal = new Proposal(candidate.text(), () -> List.of(candidate), 0);
        var planner = new Planner(engine, layers, PlanningOptions.DEFAULT);
        try (Routine routine =
                planner.compile(problem, from, to, Stream.of(proposal), 1).get(0)) {
            assertThat(routine.tryRun(src, dst)).isTrue();
        }
    }

    private static float[] reals(long count, long seed) {
        var random = new Random(seed);
        var values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
