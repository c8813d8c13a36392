package io.github.faltung.cli;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import io.github.faltung.image.ReceptiveFieldOverlay;
import io.github.faltung.tensor.Dims;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code faltung receptive-field}: what an output element of a chain sees. */
@Command(
        name = "receptive-field",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Draws over an image which pixels an output element of a chain of layers sees, and how strongly.",
        footer = "Example: faltung receptive-field photo.jpg field.png ic3ih9oc8kh3ph1 \"pool max ic8ih8kh2sh2\" "
                + "ic8ih9oc8kh3ph1")
final class ReceptiveFieldCommand implements Callable<Integer> {
    private static final int MAX_PIXELS = 1 << 20;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "PNG, JPEG, GIF, BMP or TIFF; a large one is shrunk.")
    private Path image = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT.png", description = "Written.")
    private Path out = Path.of("");

    @Parameters(
            index = "2..*",
            arity = "1..*",
            paramLabel = "LAYER",
            description =
                    "Layers as JSON, see 'faltung run --help', or problem lines of convolutions and poolings, of which "
                            + "the source's extents don't matter.")
    private List<String> layers = List.of();

    @Option(
            names = "--at",
            split = ",",
            paramLabel = "ROW,COLUMN",
            description = "The output element, from 0; default: the middle one.")
    private List<Integer> at = List.of();

    @Mixin
    private final DarkOption dark = new DarkOption();

    @Mixin
    private final EngineOption engines = new EngineOption(EngineChoice.REFERENCE);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ImageFiles.requireEnding(spec, out, ".png");
        Argument.require(spec, at.isEmpty() || at.size() == 2, "--at must be a row and a column, but was " + at);
        var links = new ArrayList<Link>();
        for (String layer : layers) {
            links.add(LayerChoice.link(spec, layer));
        }
        SequentialDescriptor chain = SequentialDescriptor.of(links.toArray(Link[]::new));
        Picture picture = ImageFiles.read("IMAGE", image, MAX_PIXELS).picture();
        try (Engine engine = engines.open()) {
            Dims src = ReceptiveFieldOverlay.source(chain, picture.height(), picture.width());
            ReceptiveFieldOverlay overlay = at.isEmpty()
                    ? ReceptiveFieldOverlay.ofMiddle(engine, chain, src)
                    : ReceptiveFieldOverlay.of(engine, chain, src, at.get(0), at.get(1));
            ImageFiles.write(out, PictureFile.png(overlay.draw(picture, dark.theme())));
            spec.commandLine().getOut().println(out + ": " + overlay.describe());
        }
        return ExitCode.OK;
    }
}
