package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.exchange.NpyFile;
import io.github.faltung.image.FeatureMapSheet;
import io.github.faltung.image.FeatureMaps;
import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import io.github.faltung.image.TextbookWindow;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
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

/** {@code faltung featuremaps}: what a layer makes of a picture. */
@Command(
        name = "featuremaps",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Runs a layer on an image and draws its output channels as a labelled grid, the weights beside each.",
        footer = "Example: faltung featuremaps ic3ih3oc8kh3ph1 photo.jpg maps.png")
final class FeatureMapsCommand implements Callable<Integer> {
    /** Beyond it, a map's picture shows nothing more. */
    private static final int MAX_PIXELS = 1 << 22;

    @Parameters(
            index = "0",
            paramLabel = "LAYER",
            description =
                    "A layer as JSON, see 'faltung run --help', or a problem line such as ic3ih3oc8kh3ph1, of which "
                            + "the source's extents don't matter. Of 1 or 3 input channels: grey, or red, green and blue.")
    private String layer = "";

    @Parameters(index = "1", paramLabel = "IMAGE", description = "PNG, JPEG, GIF, BMP or TIFF.")
    private Path image = Path.of("");

    @Parameters(index = "2", paramLabel = "OUT.png", description = "Written.")
    private Path out = Path.of("");

    @Option(
            names = "--weights",
            paramLabel = "W.npy",
            description =
                    "[OC, IC/groups, kernel]; default: the textbooks' 3x3 edge, emboss, sharpen and blur windows.")
    private @Nullable Path weights;

    @Option(names = "--bias", paramLabel = "B.npy", description = "[OC], f32.")
    private @Nullable Path bias;

    @Option(
            names = "--white",
            paramLabel = "V",
            defaultValue = "255",
            description = "What a white pixel is to the layer, black being 0; default: ${DEFAULT-VALUE}.")
    private float white = Picture.WHITE;

    @Option(
            names = "--range",
            paramLabel = "R",
            defaultValue = "each",
            description =
                    "From black to white: of each map its own range, or one shared by all; default: ${DEFAULT-VALUE}.")
    private FeatureMapSheet.Range range = FeatureMapSheet.Range.EACH;

    @Mixin
    private final DarkOption dark = new DarkOption();

    @Mixin
    private final EngineOption engines = new EngineOption(EngineChoice.PLANNED);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ImageFiles.requireEnding(spec, out, ".png");
        ConvolutionDescriptor descriptor = LayerChoice.convolution(spec, layer);
        Picture picture =
                ImageFiles.read("IMAGE", image, MAX_PIXELS).picture().withChannels(descriptor.inputChannels());
        try (Tensor w = weights == null
                        ? textbook(descriptor)
                        : NpyFile.read(weights, descriptor.types().weights());
                @Nullable Tensor b = bias == null ? null : NpyFile.read(bias, DataType.F32);
                Tensor src = picture.toTensor(descriptor.types().src(), Layout.CHANNELS_FIRST, white);
                Engine engine = engines.open()) {
            FeatureMaps maps = FeatureMaps.of(engine, descriptor, w, b, src);
            FeatureMaps named = weights == null ? maps.named(TextbookWindow.names(maps.count())) : maps;
            ImageFiles.write(out, PictureFile.png(new FeatureMapSheet(named, range).draw(dark.theme())));
            spec.commandLine().getOut().println(out + ": " + maps.count() + " maps, " + maps.problem());
        }
        return ExitCode.OK;
    }

    private static Tensor textbook(ConvolutionDescriptor layer) {
        float[] values = TextbookWindow.weights(layer);
        Tensor tensor = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
