package io.github.faltung.cli;

import io.github.faltung.checking.ConvolutionMatrix;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code faltung matrix}: a convolution as the matrix that it is. */
@Command(
        name = "matrix",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints the matrix C of a small problem, with which vec(y) = C vec(x): for one image, channels "
                + "first, a dot where no weight stands, lines between blocks.",
        footer = "Example: faltung matrix ic1ih4oc1kh3")
final class MatrixCommand implements Runnable {
    @Parameters(
            paramLabel = "PROBLEM",
            description = "A problem line such as ic1ih4oc1kh3 or \"deconv ic1iw3oc1kw2sw2\".")
    private String problem = "";

    @Option(
            names = "--weights",
            split = ",",
            paramLabel = "W",
            description =
                    "The weights, in the order [OC, IC/G, k] (transposed [IC, OC/G, k]); default: 1, 2, 3 and so on, "
                            + "so that each number says which weight stands there.")
    private List<Float> weights = List.of();

    @Option(
            names = {"-t", "--transpose"},
            description = "Print the transpose, which is the matrix of the transposed layer.")
    private boolean transpose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        ConvolutionProblem parsed = LayerChoice.problem(spec, problem).withMinibatch(1);
        try (Tensor tensor = Tensor.of(
                values(parsed.descriptor().weightsDims()), parsed.descriptor().weightsDims())) {
            ConvolutionMatrix matrix = ConvolutionMatrix.of(parsed, tensor);
            PrintWriter out = spec.commandLine().getOut();
            out.println(parsed);
            out.println(transpose ? matrix.transpose() : matrix);
            out.flush();
        }
    }

    private float[] values(Dims dims) {
        Argument.require(
                spec,
                weights.isEmpty() || weights.size() == dims.elements(),
                "--weights must be the " + dims.elements() + " elements of " + dims + ", but were " + weights.size());
        if (dims.elements() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("weights must fit an array, but were " + dims);
        }
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.isEmpty() ? i + 1 : weights.get(i);
        }
        return values;
    }
}
