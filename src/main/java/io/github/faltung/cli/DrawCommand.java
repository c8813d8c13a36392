package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.image.AnimationFile;
import io.github.faltung.image.ConvolutionDrawing;
import io.github.faltung.image.PictureFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code faltung draw}: a convolution step by step. */
@Command(
        name = "draw",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Draws a small convolution step by step: source with padding, window, output and sum, an image for each "
                        + "output element. Up to " + ConvolutionDrawing.MOST_CELLS + " cells on an axis, "
                        + ConvolutionDrawing.MOST_CHANNELS + " channels, " + ConvolutionDrawing.MOST_FRAMES
                        + " output elements.",
        footer = {
            "Examples:",
            "  faltung draw ic1ih5oc1kh3sh2ph1 strided.gif",
            "  faltung draw \"deconv ic1ih3oc1kh3sh2ph1\" transposed.png"
        })
final class DrawCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "PROBLEM",
            description = "A problem line such as ic1ih5oc1kh3ph1; without mb the minibatch is 1.")
    private String line = "";

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description = "Written: an animation if it ends in .gif, all steps in one image if in .png.")
    private Path out = Path.of("");

    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "800",
            description = "How long the animation shows a step, in milliseconds; default: ${DEFAULT-VALUE}.")
    private int delay = 800;

    @Mixin
    private final DarkOption dark = new DarkOption();

    @Mixin
    private final EngineOption engines = new EngineOption(EngineChoice.REFERENCE);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        ImageFiles.requireEnding(spec, out, ".gif", ".png");
        ConvolutionProblem problem = LayerChoice.problem(spec, line);
        try (Engine engine = engines.open()) {
            ConvolutionDrawing drawing = ConvolutionDrawing.of(engine, problem, dark.theme());
            byte[] bytes = ImageFiles.endsIn(out, ".gif")
                    ? Argument.read(spec, () -> AnimationFile.gif(drawing.frames(), drawing::frame, delay))
                    : PictureFile.png(drawing.strip());
            ImageFiles.write(out, bytes);
            spec.commandLine()
                    .getOut()
                    .println(out + ": " + drawing.frames() + " steps of " + drawing.width() + "x" + drawing.height()
                            + ", " + problem);
        }
        return ExitCode.OK;
    }
}
