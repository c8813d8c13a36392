package io.github.faltung.fuzz;

import io.github.faltung.cli.CommandLines;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Problem;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.exchange.NpyFile;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Command lines, an argument a line; a failure is an exit code and one line that says why. Not run are {@code demo}, which takes seconds, problems
 * that take long, and files outside the folder.
 */
final class CommandLineTarget extends SpoiltTarget {
    private static final List<String> WORDS = List.of(
            "verify",
            "run",
            "filter",
            "info",
            "matrix",
            "plan",
            "draw",
            "featuremaps",
            "receptive-field",
            "--help",
            "--version",
            "--verbose",
            "--engine",
            "reference",
            "onednn",
            "planned",
            "--layout",
            "nhwc",
            "--data-type",
            "u8:s8:s32",
            "bf16",
            "--direction",
            "all",
            "--onnx",
            "--kernel",
            "box:size=3",
            "--edge",
            "wrap",
            "--constant",
            "--linear",
            "--most",
            "--weights",
            "--src",
            "--dst",
            "--bias",
            "--wisdom",
            "--transpose",
            "--seed",
            "-1",
            "0",
            "9999999999",
            "NaN",
            "\n",
            "layer.json",
            "x.npy",
            "w.npy",
            "in.png",
            "out.png",
            "none",
            "ic1ih4oc1kh3",
            "@x.npy",
            "");

    private static final double MOST_MULTIPLY_ADDS = 1 << 18;

    private static final List<String> LINES = List.of(
            "verify ic1ih4oc1kh3",
            "verify ic3ih5oc2kh3 --direction all --layout nhwc --data-type f16",
            "verify --onnx .",
            "run layer.json --src x.npy --weights w.npy --dst y.npy --engine reference",
            "filter in.png out.png --kernel box:size=3 --edge wrap --linear",
            "info",
            "matrix ic1ih4oc1kh3 --transpose --weights 1,2,3,4,5,6,7,8,9",
            "plan ic4ih8oc4kh3 --most 2",
            "draw ic1ih4oc1kh3 out.png --dark",
            "featuremaps --help",
            "receptive-field --help");

    CommandLineTarget() {
        super(
                "command-line",
                texts(LINES.stream().map(line -> line.replace(' ', '\n')).toList()),
                WORDS,
                // What commands let through to the line that says why.
                List.of(IllegalArgumentException.class, IOException.class, UnsupportedConvolutionException.class));
        try (Tensor src = Tensor.allocate(Dims.of(1, 1, 4, 4));
                Tensor weights = Tensor.allocate(Dims.of(1, 1, 3, 3))) {
            NpyFile.write(Path.of("x.npy"), src);
            NpyFile.write(Path.of("w.npy"), weights);
            Files.writeString(Path.of("layer.json"), "{\"inputChannels\":1,\"outputChannels\":1,\"kernel\":[3,3]}");
            Files.write(Path.of("in.png"), Pictures.files().get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void feed(byte[] input) throws Exception {
        List<String> args = Arrays.asList(text(input).split("\n", -1));
        if (isRun(args)) {
            CommandLines.run(args.toArray(String[]::new));
        }
    }

    /** Commands compute. */
    @Override
    long mostHeapBytes(byte[] input) {
        return Long.MAX_VALUE;
    }

    private static boolean isRun(List<String> args) {
        String all = args.stream().collect(Collectors.joining(" "));
        boolean isOurs = !all.contains("/") && !all.contains("..") && !all.contains("demo") && !all.contains("measure");
        return isOurs && args.stream().allMatch(CommandLineTarget::isCheap);
    }

    private static boolean isCheap(String argument) {
        var problems = new ArrayList<Problem>();
        for (boolean transposed : new boolean[] {false, true}) {
            try {
                problems.add(ProblemLine.parse(argument, transposed).problem());
            } catch (IllegalArgumentException e) {
                // no problem: another argument
            }
        }
        return problems.stream().allMatch(problem -> multiplyAdds(problem) < MOST_MULTIPLY_ADDS);
    }

    private static double multiplyAdds(Problem problem) {
        double elements =
                (double) problem.srcDims().elements() + problem.dstDims().elements();
        return problem instanceof ConvolutionProblem convolution
                ? elements * convolution.descriptor().weightsDims().elements()
                : elements * 100;
    }
}
