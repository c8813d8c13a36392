package io.github.faltung.cli;

import io.github.faltung.convolution.Engine;
import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.ConvolutionOpBuilder;
import io.github.faltung.image.Edge;
import io.github.faltung.image.ImageKernel;
import io.github.faltung.image.KernelFile;
import io.github.faltung.image.NamedKernel;
import io.github.faltung.image.StripFilter;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code faltung filter}: an image through a kernel. */
@Command(
        name = "filter",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Filters an image: each sample becomes the sum of its neighbours times the kernel's weights, rounded to the nearest and held "
                        + "within the range of samples. PNG, JPEG and TIFF pictures may be larger than memory.")
final class FilterCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "PNG, JPEG, GIF, BMP or TIFF.")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT", description = "Written, in the format that its name ends with.")
    private Path out = Path.of("");

    @Option(
            names = "--kernel",
            required = true,
            paramLabel = "NAME|FILE",
            completionCandidates = KernelNames.class,
            description = {
                "A name, with parameters if need be, such as gaussian:sigma=2,size=11: ${COMPLETION-CANDIDATES}. Or a text file of "
                        + "rows of numbers, fractions such as 1/9 allowed, # begins a comment, 'origin X Y' says what is not the middle."
            })
    private String kernel = "";

    @Option(
            names = "--edge",
            paramLabel = "E",
            defaultValue = "REPLICATE",
            description = "What stands beyond the border, or becomes of the pixels at it: ${COMPLETION-CANDIDATES}; "
                    + "default: ${DEFAULT-VALUE}.")
    private Edge edge = Edge.REPLICATE;

    @Option(
            names = "--constant",
            paramLabel = "V",
            description = "The samples beyond the border, with --edge constant.")
    private double constant;

    @Option(names = "--linear", description = "Sum light, not the file's sRGB code values.")
    private boolean linear;

    @Option(
            names = "--progress",
            description = "Tell on standard error how many rows are filtered, also if no terminal shows it.")
    private boolean progress;

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "planned",
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private EngineChoice choice = EngineChoice.PLANNED;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print the kernel too, and the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ImageKernel weights = NamedKernel.isNamed(kernel) || !Files.exists(Path.of(kernel))
                ? Argument.read(spec, () -> NamedKernel.of(kernel))
                : KernelFile.read(Path.of(kernel));
        if (verbose) {
            spec.commandLine().getOut().println(weights);
        }
        Dimension size = filter(weights);
        spec.commandLine()
                .getOut()
                .println(out + ": " + size.width + "x" + size.height + " by " + weights.width() + "x" + weights.height()
                        + " " + kernel);
        return ExitCode.OK;
    }

    private Dimension filter(ImageKernel weights) throws IOException {
        try (Engine engine = choice.open()) {
            ConvolutionOpBuilder op =
                    ConvolutionOp.with(weights).engine(engine).edge(edge).roundToNearest();
            if (edge == Edge.CONSTANT) {
                Argument.read(spec, () -> op.constantEdge(constant));
            }
            if (linear) {
                op.linearLight();
            }
            var status = new FilterStatus(spec.commandLine().getErr(), StatusLine.isConsole());
            boolean isTold = progress || StatusLine.isConsole();
            try {
                return new StripFilter(op.build()).filter(in, out, isTold ? status : (rows, all) -> true);
            } finally {
                status.clear();
            }
        }
    }

    /** The names and parameters, for {@code --help}. */
    static final class KernelNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            List<String> names = new ArrayList<>();
            for (NamedKernel kernel : NamedKernel.values()) {
                names.add(kernel.parameters().isEmpty() ? kernel.toString() : kernel + ":" + kernel.parameters());
            }
            return names.iterator();
        }
    }
}
