package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every formulation, alone and nested, computes just what the reference does: integers, so small that sums are exact in any order. */
class FormulationsTest {
    private static final long SEED = 20261125;

    private static final CostModel MODEL = new CostModel(1, new Hardware(1, 16, 16, 2));

    /** What random problems seldom are: wide rows in several blocks, many outputs for each input, strides as long as the kernel. */
    private static final List<String> CHOSEN = List.of(
            "conv g3ic3ih5iw40oc6kh3kw5ph1pw2",
            "conv ic1ih6iw48oc1kh3kw3ph1pw1",
            "conv ic1ih6iw48oc1kh3kw3ph1pw1 --attr-post-ops=sum:2+relu",
            "conv ic2ih4iw37oc3kh2kw4ph1pw0sh1sw2 --attr-post-ops=add:1*2*3",
            "conv ic1ih4iw50oc2kh3kw3dh1dw1ph2pw2 --flip-kernel",
            "conv g4ic4ih6iw7oc12kh3kw3ph1pw1 --attr-post-ops=prelu:1*2*3*4*5*6*7*8*9*10*11*12",
            "conv g4ic8ih6iw7oc12kh3kw3ph1pw1sh2sw2",
            "conv ic1iw40oc5kw10sw5pw0",
            "conv ic3id5ih4iw4oc2kd3kh3kw3pd1ph1pw1",
            "deconv ic2ih5oc3oh10kh4sh2ph1 --attr-post-ops=sum:1+add:1*2*3",
            "deconv g3ic3ih4oc6oh11kh5sh2ph0",
            "deconv g2ic4id3ih2iw2oc6od6oh4ow4kd2kh2kw2sd2sh2sw2pd0ph0pw0",
            "deconv g2ic2ih4oc2oh16kh8sh4ph2",
            "deconv ic2ih6oc3oh6kh3ph1",
            "deconv ic2iw5oc3ow15kw3sw3pw0 --flip-kernel",
            "deconv ic2iw5oc3ow12kw3sw2dw1pw0",
            "conv g3ic3ih9iw20oc3kh5kw1ph2sh2 --attr-post-ops=sum:1+add:1*2*3",
            "conv ic1ih12iw33oc1kh3kw1ph1",
            "conv mb1g3ic3ih9iw24oc3kh3kw5ph1pw2 --attr-post-ops=add:1*2*3+relu",
            "conv mb1ic1ih8iw60oc1kh3kw4ph2pw3dw1sh2 --flip-kernel",
            "conv mb1g5ic5ih6iw12oc5kh2kw3dh1",
            "conv mb1g3ic3ih27iw20oc3kh11kw3ph0pw1sh2dh1 --attr-post-ops=add:1*2*3+relu",
            "conv mb1ic1ih20iw56oc1kh17kw2ph0pw0",
            "conv mb1ic1ih14iw52oc1kh9kw3ph4pw1",
            "conv mb3ic4id5ih6iw7oc5kd1kh3kw3sd2ph1pw1",
            "conv mb1ic3id6ih4iw5oc4kd3kh1kw1pd1",
            "conv ic3ih9iw11oc4kh3kw3dh1dw2ph2pw3 --attr-post-ops=sum:2",
            "conv ic2iw20oc3kw4dw3pw5",
            "conv ic3ih6iw7oc4kh3kw3ph1pw1 --attr-fpmath=bf16",
            "conv g2ic6ih6iw7oc4kh3kw3ph1pw1 --attr-fpmath=split_bf16_3 --attr-post-ops=sum:1",
            "conv g3ic6ih6iw7oc9kh2kw3sh2 --attr-fpmath=split_bf16_6",
            "deconv g2ic6ih5iw5oc4kh3kw3sh2sw2ph1pw1 --attr-fpmath=split_bf16_6");

    /** The library's, and the guide's example. */
    private static final List<Formulation> FORMULATIONS = Stream.concat(
                    Formulations.ALL.stream(), Stream.of(new HalvedOutputs()))
            .toList();

    /** Of these the weights are a column times a row. */
    private static final List<String> SEPARABLE = List.of(
            "conv ic1ih20iw40oc1kh7kw7ph3pw3",
            "conv g3ic3ih20iw24oc3kh9kw5ph2pw1sh2 --attr-post-ops=sum:1+add:1*2*3",
            "conv mb2g2ic2ih17iw18oc4kh5kw6sw2dw1 --flip-kernel");

    @Test
    void candidates_randomProblems_equalReference() {
        var random = new RandomProblems(SEED);
        for (ConvolutionProblem problem : random.take(600)) {
            check(problem, random);
        }
    }

    static List<String> chosen() {
        return CHOSEN;
    }

    @ParameterizedTest
    @MethodSource("chosen")
    void candidates_chosenProblem_equalReference(String line) {
        check(ConvolutionProblem.parse(line), new RandomProblems(SEED));
    }

    static List<String> separable() {
        return SEPARABLE;
    }

    @ParameterizedTest
    @MethodSource("separable")
    void candidates_separableWeights_equalReference(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        var random = new RandomProblems(SEED);
        int height = problem.descriptor().kernel().get(0);
        int width = problem.descriptor().kernel().get(1);
        float[] columns = random.integers((long) problem.descriptor().outputChannels() * height, 3);
        float[] rows = random.integers((long) problem.descriptor().outputChannels() * width, 1);
        var weights = new float[problem.descriptor().outputChannels() * height * width];
        for (int i = 0; i < weights.length; i++) {
            int channel = i / (height * width);
            rows[channel * width] = 1; // so that the largest weight's row is of small integers
            weights[i] = columns[channel * height + i / width % height] * rows[channel * width + i % width];
        }
        check(problem, weights, random);
    }

    @Test
    void formulations_all_applyToSomeOfThese() {
        for (Formulation formulation : FORMULATIONS) {
            boolean separable = formulation instanceof SeparableWeights;
            assertThat(separable ? SEPARABLE : CHOSEN)
                    .as(formulation.getClass().getSimpleName())
                    .anyMatch(line -> !formulation
                            .drafts(task(line).withSeparable(separable))
                            .isEmpty());
        }
    }

    /** What says that it adds no zeros keeps what is not a number to the outputs whose windows contain it. */
    @ParameterizedTest
    @MethodSource("chosen")
    void drafts_sourceWithNaN_reachesOnlyItsWindows(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        var random = new RandomProblems(SEED);
        float[] src = random.integers(problem.srcDims().elements(), 3);
        src[src.length / 2] = Float.NaN;
        List<Formulation> confined = Formulations.of(PlanningOptions.DEFAULT.withNonFiniteConfined());
        float[] weights = random.integers(problem.descriptor().weightsDims().elements(), 3);
        check(
                problem,
                weights,
                src,
                random,
                task -> confined.stream()
                        .flatMap(formulation -> formulation.drafts(task).stream())
                        .map(draft -> said(draft, FormulationsTest::direct))
                        .toList());
    }

    private static Task task(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        return Planner.task(
                problem,
                Storage.source(DataType.F32, Part.dense(problem.srcDims(), Layout.CHANNELS_FIRST)),
                Storage.destination(DataType.F32, Part.dense(problem.dstDims(), Layout.CHANNELS_FIRST)));
    }

    private void check(ConvolutionProblem problem, RandomProblems random) {
        check(problem, random.integers(problem.descriptor().weightsDims().elements(), 3), random);
    }

    private void check(ConvolutionProblem problem, float[] weights, RandomProblems random) {
        float[] src = random.integers(problem.srcDims().elements(), 3);
        check(problem, weights, src, random, FormulationsTest::candidates);
    }

    private void check(
            ConvolutionProblem problem,
            float[] weights,
            float[] src,
            RandomProblems random,
            Function<Task, List<Proposal>> candidates) {
        float[] bias = random.integers(problem.descriptor().outputChannels(), 3);
        float[] before = random.integers(problem.dstDims().elements(), 3);
        float[] expected = reference(problem, weights, bias, src, before);
        for (Layout srcLayout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            for (Layout dstLayout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                check(problem, weights, bias, src, before, expected, srcLayout, dstLayout, candidates);
            }
        }
    }

    private static float[] reference(
            ConvolutionProblem problem, float[] weights, float[] bias, float[] src, float[] before) {
        try (var engine = new ReferenceEngine();
                Tensor w = Tensor.of(weights, problem.descriptor().weightsDims());
                Tensor b = Tensor.of(bias, Dims.of(bias.length));
                Convolution layer = engine.convolution(problem.descriptor(), w, b);
                Tensor in = Tensor.of(src, problem.srcDims());
                Tensor out = Tensor.of(before, problem.dstDims())) {
            layer.forward(in, out);
            return out.toFloatArray();
        }
    }

    private void check(
            ConvolutionProblem problem,
            float[] weights,
            float[] bias,
            float[] src,
            float[] before,
            float[] expected,
            Layout srcLayout,
            Layout dstLayout,
            Function<Task, List<Proposal>> candidates) {
        Storage source = Storage.source(DataType.F32, Part.dense(problem.srcDims(), srcLayout));
        Storage destination = Storage.destination(DataType.F32, Part.dense(problem.dstDims(), dstLayout));
        try (var engine = new ReferenceEngine();
                var layers = new PlannedLayers(engine, new Parameters(weights, bias));
                Tensor in = Tensor.allocate(DataType.F32, problem.srcDims(), srcLayout)) {
            in.copyFrom(src, Layout.CHANNELS_FIRST);
            var planner = new Planner(engine, layers, PlanningOptions.DEFAULT);
            Task asked = Planner.task(problem, source, destination);
            for (Proposal candidate : candidates.apply(asked.withSeparable(layers.isSeparable(asked)))) {
                List<Routine> routines = planner.compile(problem, source, destination, Stream.of(candidate), 1);
                try (Routine routine = routines.get(0);
                        Tensor out = Tensor.allocate(DataType.F32, problem.dstDims(), dstLayout)) {
                    out.copyFrom(before, Layout.CHANNELS_FIRST);
                    assertThat(routine.tryRun(in, out)).isTrue();
                    assertThat(out.toFloatArray())
                            .as("%s, %s to %s, said as %s", problem, srcLayout, dstLayout, candidate.text())
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** Returns each formulation's drafts, with the tasks as they are and said another way once more, and each division, so too. */
    private static List<Proposal> candidates(Task task) {
        var all = new ArrayList<Proposal>();
        for (Formulation formulation : FORMULATIONS) {
            for (Draft draft : formulation.drafts(task)) {
                all.add(said(draft, FormulationsTest::direct));
                if (all.size() % 4 == 0) { // some: all would take minutes
                    all.add(said(draft, FormulationsTest::nested));
                }
            }
        }
        for (int threads : List.of(1, 2, 3, 12)) {
            for (Division division : Division.of(task, threads)) {
                all.add(cut(division, FormulationsTest::direct));
                if (all.size() % 3 == 0) {
                    all.add(cut(division, FormulationsTest::nested));
                }
            }
        }
        return all;
    }

    private static Proposal said(Draft draft, Function<Task, Candidate> inner) {
        var candidate = Candidate.of(draft, draft.tasks().stream().map(inner).toList(), MODEL);
        return new Proposal(candidate.text(), () -> List.of(candidate), 0);
    }

    private static Proposal cut(Division division, Function<Task, Candidate> inner) {
        return new Proposal(
                division.text(), () -> division.pieces().stream().map(inner).toList(), 0);
    }

    private static Candidate direct(Task task) {
        return Candidate.direct(task, MODEL);
    }

    private static Candidate nested(Task task) {
        List<Candidate> ways = new Search(Formulations.ALL, MODEL).candidates(task, 2, Said.ANYHOW);
        return ways.get(ways.size() - 1);
    }
}
