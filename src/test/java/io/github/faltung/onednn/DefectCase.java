package io.github.faltung.onednn;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.Direction;
import io.github.faltung.checking.ProblemFiles;
import io.github.faltung.checking.ProblemResult;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A line of the problem files {@code defects}, {@code huge-defects} and {@code gradient-defects}, in a layout: oneDNN errs on it unless it is led around.
 *
 * @param direction what is computed
 */
record DefectCase(ProblemLine line, Direction direction, Layout layout) {
    /** As a note says which implementation is left out, and why. */
    private static final Pattern PASSED_OVER = Pattern.compile("([^ (]+) is passed over: ([^;]+?)(?=$|\\)?;|\\): )");

    /** As a message says that no implementation is even asked for. */
    private static final Pattern NOT_ASKED = Pattern.compile("oneDNN is not asked \\((.+?)\\): ");

    private static final Pattern MANY_CONSTANTS = Pattern.compile("(\\*[^*+ ]+){5,}");

    /** An 8-bit weight that is large enough for the defects that depend on it. */
    private static final float WEIGHT = 100;

    /**
     * A defect that a guard leads this case around, on this machine.
     *
     * @param implementation that would run it
     */
    record Strike(DefectCase on, Enum<?> defect, String implementation) {
        /** Opens an engine that leads around all defects but this one. */
        Engine unguarded() {
            return OneDnnEngine.open(OneDnnOptions.DEFAULT, new Guards(Set.of(defect)));
        }

        /** Returns a strike before oneDNN is asked, on what would run; nothing if that is nothing. */
        private static Optional<Strike> before(DefectCase on, Enum<?> defect) {
            try (Engine lifted = new Strike(on, defect, "").unguarded()) {
                return Optional.of(new Strike(on, defect, on.explain(lifted).implementation()));
            } catch (UnsupportedConvolutionException e) {
                return Optional.empty();
            }
        }

        private boolean isShown() {
            try (Engine lifted = unguarded()) {
                return on.explain(lifted).implementation().equals(implementation);
            } catch (UnsupportedConvolutionException e) {
                return false;
            }
        }
    }

    /** Reads the files in a folder, each line in both plain layouts. */
    static List<DefectCase> all(Path folder) throws IOException {
        var cases = new ArrayList<DefectCase>();
        for (String file : List.of("defects", "huge-defects", "gradient-defects")) {
            Direction direction = file.startsWith("gradient") ? Direction.BACKWARD_WEIGHTS : Direction.FORWARD;
            var files = new ProblemFiles(false);
            files.add(folder.resolve(file).toString());
            for (ProblemFiles.Located located : files.problems()) {
                for (Layout layout : List.of(Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST)) {
                    cases.add(new DefectCase(located.line(), direction, layout));
                }
            }
        }
        return cases;
    }

    /** Returns what an engine leads this case around that would run it if only that guard were lifted; nothing is executed. */
    List<Strike> strikes(Engine guarded) {
        var strikes = new ArrayList<Strike>();
        for (String note : notes(guarded)) {
            Matcher passedOver = PASSED_OVER.matcher(note);
            while (passedOver.find()) {
                String text = passedOver.group(2);
                defects()
                        .filter(defect -> text.startsWith(defect.toString()))
                        .map(defect -> new Strike(this, defect, passedOver.group(1)))
                        .filter(Strike::isShown)
                        .forEach(strikes::add);
            }
            Matcher notAsked = NOT_ASKED.matcher(note);
            if (notAsked.find()) {
                defects()
                        .filter(defect -> notAsked.group(1).equals(defect.toString()))
                        .flatMap(defect -> Strike.before(this, defect).stream())
                        .forEach(strikes::add);
            }
        }
        return strikes;
    }

    private static Stream<Enum<?>> defects() {
        return Stream.<Enum<?>[]>of(KnownDefect.values(), GradientDefect.values())
                .flatMap(Arrays::stream);
    }

    private List<String> notes(Engine engine) {
        try {
            return explain(engine).notes();
        } catch (UnsupportedConvolutionException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    Explanation explain(Engine engine) {
        var problem = (ConvolutionProblem) line.problem();
        ConvolutionDescriptor layer = problem.descriptor();
        if (direction == Direction.BACKWARD_WEIGHTS) {
            try (ConvolutionGradients gradients = engine.gradients(layer)) {
                return gradients.explainBackwardWeights(problem.srcDims(), layout);
            }
        }
        var values = new float[Math.toIntExact(layer.weightsDims().elements())];
        Arrays.fill(values, WEIGHT);
        try (Tensor weights = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor bias = Tensor.allocate(DataType.F32, layer.biasDims(), Layout.CHANNELS_FIRST)) {
            weights.copyFrom(values, Layout.CHANNELS_FIRST);
            try (Convolution conv = engine.convolution(layer, weights, bias)) {
                return conv.explain(problem.srcDims(), layout);
            }
        }
    }

    /** Runs it with a bias and without, and returns what is wrong; empty if nothing is. */
    String run(Engine engine, Engine reference) {
        for (RunOptions options :
                List.of(RunOptions.defaults(), RunOptions.defaults().withoutBias())) {
            ProblemResult result =
                    new ProblemRunner(engine, reference, options).run(line, Arrangement.of(layout), direction);
            if (result.verdict() != Verdict.PASSED) {
                return result.verdict() + " " + result.reason();
            }
        }
        return "";
    }

    /** Returns the line, long lists of constants cut, and the layout. */
    @Override
    public String toString() {
        return MANY_CONSTANTS.matcher(line.problem().toString()).replaceAll("*…")
                + (direction == Direction.FORWARD ? "" : " --dir=" + direction.shortName()) + " ["
                + Arrangement.of(layout) + "]";
    }
}
