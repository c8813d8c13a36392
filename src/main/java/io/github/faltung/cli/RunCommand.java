package io.github.faltung.cli;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.exchange.LayerFile;
import io.github.faltung.exchange.NpyFile;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code faltung run}: one layer on arrays. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Runs one layer on .npy arrays, channels first, and writes its output as another. Arrays of other types than the "
                        + "layer's are converted where that loses nothing.")
final class RunCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "LAYER.json",
            description =
                    "The layer, such as {\"inputChannels\": 3, \"outputChannels\": 8, \"kernel\": [3, 3], \"strides\": 2, "
                            + "\"padding\": \"SAME_UPPER\", \"postOps\": [\"relu\"]}; also groups, dilation, transposed, "
                            + "outputPadding, outputSize, flipKernel, precision; types such as \"u8:s8:u8\" and quantization with srcScale, "
                            + "srcZeroPoint, weightsScales, weightsZeroPoints, dstScale, dstZeroPoint.")
    private Path layer = Path.of("");

    @Option(names = "--src", required = true, paramLabel = "X.npy", description = "[MB, IC, spatial].")
    private Path src = Path.of("");

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "W.npy",
            description = "[OC, IC/groups, kernel]; transposed [IC, OC/groups, kernel].")
    private Path weights = Path.of("");

    @Option(
            names = "--bias",
            paramLabel = "B.npy",
            description = "[OC], f32; of integers the real numbers that are added.")
    private @Nullable Path bias;

    @Option(
            names = "--dst",
            required = true,
            paramLabel = "Y.npy",
            description = "Written: [MB, OC, spatial], of the layer's type.")
    private Path dst = Path.of("");

    @Mixin
    private final EngineOption engines = new EngineOption(EngineChoice.PLANNED);

    @Option(
            names = {"-v", "--verbose"},
            description = "Print the layer too, and the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ConvolutionDescriptor descriptor = LayerFile.read(layer);
        if (verbose) {
            spec.commandLine().getOut().println(descriptor);
        }
        LayerTypes types = descriptor.types();
        try (Tensor w = NpyFile.read(weights, types.weights());
                @Nullable Tensor b = bias == null ? null : NpyFile.read(bias, DataType.F32);
                Tensor x = NpyFile.read(src, types.src());
                Engine engine = engines.open();
                Convolution convolution = engine.convolution(descriptor, w, b);
                Tensor y = convolution.forward(x)) {
            NpyFile.write(dst, y);
            spec.commandLine()
                    .getOut()
                    .println(dst + ": " + y.dims() + " " + y.dataType() + " by " + engine.name() + " "
                            + convolution.implementationName(x.dims()));
        }
        return ExitCode.OK;
    }
}
