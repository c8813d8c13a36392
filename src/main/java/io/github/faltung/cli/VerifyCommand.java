package io.github.faltung.cli;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.Direction;
import io.github.faltung.checking.ProblemFiles;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.ScatterWitness;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.PoolingAlgorithm;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.Problem;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code faltung verify}: problems on an engine, against the reference. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Runs problems on an engine and checks the results against the Java reference.",
        footer = "The last line is 'N passed, N failed, N skipped'. Exits with 1 if any failed.")
final class VerifyCommand implements Callable<Integer> {
    /** What the tensors hold. */
    enum FillChoice {
        EXACT,
        REAL;

        /** Returns the name as it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "PROBLEMS",
            description = "Problem files, folders of them, or problem lines such as ic16ih8oc16kh3ph1, "
                    + "'deconv ic16ih8oc8kh2sh2' or 'pool ic16ih8kh2sh2 --alg=avg_p'.")
    private List<String> problems = List.of();

    @Option(
            names = "--onnx",
            paramLabel = "PATH",
            description =
                    "Instead of problems: an ONNX model, or a folder. Every backend test (model.onnx, test_data_set_*) at "
                            + "or below PATH is checked against the reference and the output that is there; of any other "
                            + "model every convolution and pooling, with the model's weights and random sources.")
    private @Nullable Path onnx;

    @Option(
            names = "--engine",
            paramLabel = "E",
            converter = EnginesChoice.Converter.class,
            description =
                    "planned, which most programs use, onednn, reference or all; default: planned, with --onnx all. Problems "
                            + "check the reference against a third computation, which scatters where the reference gathers and "
                            + "skips large problems.")
    private @Nullable EnginesChoice engines;

    @Option(
            names = {"--data-type", "--dt"},
            paramLabel = "T",
            defaultValue = "f32",
            converter = TypesChoice.class,
            description =
                    "Of problems that don't say theirs: f32, the default, bf16, f16, or source:weights:destination "
                            + "such as bf16:bf16:f32, u8:s8:s32, s8:s8:f32.")
    private LayerTypes dataType = LayerTypes.ALL_F32;

    @Option(
            names = "--layout",
            paramLabel = "L",
            defaultValue = "all",
            converter = LayoutChoice.Converter.class,
            description = "nchw (or ncx, channels_first), nhwc (or nxc, channels_last), or all, the default.")
    private LayoutChoice layout = LayoutChoice.ALL;

    @Option(
            names = {"--direction", "--dir"},
            paramLabel = "D",
            defaultValue = "forward",
            converter = DirectionChoice.Converter.class,
            description =
                    "forward (FWD_B), the default, backward-data (BWD_D), backward-weights (BWD_W), which computes "
                            + "the bias's gradient too, or all.")
    private DirectionChoice directions = DirectionChoice.FORWARD;

    @Option(
            names = "--alg",
            paramLabel = "A",
            defaultValue = "max",
            converter = PoolingAlgorithmConverter.class,
            description =
                    "Of poolings that don't say theirs: max, the default, avg_np (means of what lies in the source) or "
                            + "avg_p (means that count the padding).")
    private PoolingAlgorithm algorithm = PoolingAlgorithm.MAX;

    @Option(
            names = "--transposed",
            description =
                    "Lines are of transposed layers where neither they nor a folder conv, deconv or pool on the file's "
                            + "path says which.")
    private boolean transposed;

    @Option(names = "--minibatch", paramLabel = "N", description = "Instead of the problems' own.")
    private @Nullable Integer minibatch;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of fills and samples; default: 1.")
    private long seed;

    @Option(
            names = "--fill",
            paramLabel = "F",
            defaultValue = "exact",
            description =
                    "exact: small integers, compared with ==, where the post-ops allow. real: uniform reals, compared "
                            + "within the rigorous error bound. Default: ${DEFAULT-VALUE}.")
    private FillChoice fill = FillChoice.EXACT;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print failures and the last line only.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print each pass too, and the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Argument.require(
                spec, minibatch == null || minibatch >= 1, "--minibatch must be at least 1, but was " + minibatch);
        var report = new VerifyReport(spec.commandLine().getOut(), quiet, verbose);
        if (onnx != null) {
            if (!problems.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "--onnx goes without PROBLEMS");
            }
            requireFitsOnnx();
            new VerifyOnnx(engines == null ? EnginesChoice.ALL : engines, layout.arrangements(), options(), report)
                    .run(onnx);
        } else if (problems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "PROBLEMS or --onnx is missing");
        } else {
            var files = new ProblemFiles(transposed, algorithm);
            for (String fileOrLine : problems) {
                add(files, fileOrLine);
            }
            List<ProblemLine> lines = lines(files);
            for (EngineChoice choice : (engines == null ? EnginesChoice.PLANNED : engines).engines()) {
                verify(choice, lines, files.optionLines(), report);
            }
        }
        report.end();
        return report.count(Verdict.FAILED) == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void add(ProblemFiles files, String fileOrLine) throws IOException {
        try {
            files.add(fileOrLine);
        } catch (IllegalArgumentException e) {
            throw ProblemFiles.isLine(fileOrLine) ? Argument.wrong(spec, e) : e;
        }
    }

    private void verify(EngineChoice choice, List<ProblemLine> lines, int optionLines, VerifyReport report) {
        try (Engine engine = choice.open();
                Engine reference = choice == EngineChoice.REFERENCE ? new ScatterWitness() : new ReferenceEngine()) {
            report.begin(
                    engine.name() + " against " + reference.name() + ", " + dataType + " " + directions + ", " + fill
                            + " fill, seed " + seed,
                    optionLines);
            var runner = new ProblemRunner(engine, reference, options());
            for (ProblemLine line : lines) {
                for (Arrangement arrangement : layout.arrangements()) {
                    for (Direction direction : directions.directions()) {
                        report.add(runner.run(line, arrangement, direction));
                    }
                }
            }
        }
    }

    /** An option that would do nothing is a misunderstanding. */
    private void requireFitsOnnx() {
        ParseResult given = spec.commandLine().getParseResult();
        for (String option : List.of("--data-type", "--direction", "--transposed", "--minibatch", "--fill")) {
            if (given.hasMatchedOption(option)) {
                throw new ParameterException(
                        spec.commandLine(), option + " is for PROBLEMS; with --onnx the models say it");
            }
        }
    }

    private RunOptions options() {
        RunOptions options = RunOptions.defaults().withSeed(seed);
        return fill == FillChoice.EXACT ? options : options.withRealFill();
    }

    private List<ProblemLine> lines(ProblemFiles files) {
        var lines = new ArrayList<ProblemLine>();
        for (ProblemFiles.Located located : files.problems()) {
            ProblemLine line = minibatch == null ? located.line() : withMinibatch(minibatch, located);
            lines.add(new ProblemLine(withTypes(line.problem()), line.name()));
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("there must be a problem to verify, but there is none in " + problems);
        }
        return lines;
    }

    /** A pooling has one type: the source's. */
    private Problem withTypes(Problem problem) {
        if (problem instanceof ConvolutionProblem convolution) {
            boolean says = !convolution.descriptor().types().isAllF32();
            return says ? problem : convolution.withTypes(dataType);
        }
        PoolingProblem pooling = (PoolingProblem) problem;
        boolean says = pooling.descriptor().dataType() != DataType.F32;
        return says
                ? problem
                : new PoolingProblem(pooling.descriptor().withDataType(dataType.src()), pooling.srcDims());
    }

    private static ProblemLine withMinibatch(int minibatch, ProblemFiles.Located located) {
        try {
            ProblemLine line = located.line();
            return new ProblemLine(line.problem().withMinibatch(minibatch), line.name());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    located.place() + " with --minibatch " + minibatch + ": " + e.getMessage(), e);
        }
    }
}
