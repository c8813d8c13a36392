package io.github.faltung.cli;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.AnimationFile;
import io.github.faltung.image.ConvolutionDrawing;
import io.github.faltung.image.FeatureMapSheet;
import io.github.faltung.image.FeatureMaps;
import io.github.faltung.image.Picture;
import io.github.faltung.image.ReceptiveFieldOverlay;
import io.github.faltung.image.TextbookWindow;
import io.github.faltung.image.Theme;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a convolution on the demo's page.
 *
 * @param name of its file, with the ending
 * @param caption what it shows, in a sentence or two
 * @param still all steps of an animation at once, for who wants nothing to move; {@code null} if nothing does
 */
record DemoDrawing(
        String name,
        String caption,
        DemoImage image,
        @Nullable DemoImage still) {
    /** Long enough to follow the sum with the eye. */
    private static final int DELAY_MILLIS = 900;

    /** The animations: file, problem, caption. */
    private enum Scene {
        PLAIN(
                "conv ic1ih4oc1kh3",
                "The window moves over the source; each place gives one output element, the sum of the products."),
        PADDED("conv ic1ih4oc1kh3ph1", "Zeros around the source, dashed: the output is as large as the source."),
        STRIDED(
                "conv ic1ih5oc1kh3sh2ph1",
                "Stride 2: the window moves two elements at a time, the output is half as large."),
        DILATED(
                "conv ic1ih7oc1kh3dh1",
                "Dilation 2: the same nine weights reach over five elements, reading every second."),
        TRANSPOSED(
                "deconv ic1ih3oc1kh3sh2ph1",
                "Transposed, stride 2: zeros between the elements, and the turned window moves by one. The output is larger."),
        CAUSAL(
                "conv ic1iw8oc1ow8kw3pw2",
                "One axis, causal: padding stands before the source only, so no output element sees what is to come.");

        private final String problem;
        private final String caption;

        Scene(String problem, String caption) {
            this.problem = problem;
            this.caption = caption;
        }
    }

    /**
     * Draws all.
     *
     * @param engine computes what is shown
     */
    static List<DemoDrawing> all(Engine engine, Picture photo) {
        var drawings = new ArrayList<DemoDrawing>();
        drawings.add(featureMaps(engine, photo));
        drawings.add(receptiveField(engine, photo));
        for (Scene scene : Scene.values()) {
            drawings.add(animation(engine, scene));
        }
        return drawings;
    }

    boolean isAnimation() {
        return still != null;
    }

    private static DemoDrawing featureMaps(Engine engine, Picture photo) {
        var layer =
                conv2d(3, TextbookWindow.values().length).kernel(3).padding(1).build();
        try (Tensor weights = Tensor.of(TextbookWindow.weights(layer), layer.weightsDims());
                Tensor src = photo.toTensor(Layout.CHANNELS_FIRST)) {
            FeatureMaps maps = FeatureMaps.of(engine, layer, weights, null, src)
                    .named(TextbookWindow.names(layer.outputChannels()));
            var sheet = new FeatureMapSheet(maps, FeatureMapSheet.Range.EACH);
            String caption =
                    "What one layer makes of the photograph: its output channels, and beside each its weights for "
                            + "red, green and blue.";
            return still("feature-maps.png", caption, sheet::draw);
        }
    }

    private static DemoDrawing receptiveField(Engine engine, Picture photo) {
        Dims src = Dims.of(1, 3, photo.height(), photo.width());
        ReceptiveFieldOverlay overlay = ReceptiveFieldOverlay.ofMiddle(engine, vgg(), src);
        String caption = "What one output element of the first nine layers of VGG-16 sees of the photograph: "
                + "most of what it gets comes from the middle.";
        return still("receptive-field.png", caption, theme -> overlay.draw(photo, theme));
    }

    /** The first nine layers (Simonyan and Zisserman, 2015, configuration D), halving such that no picture is too small. */
    private static SequentialDescriptor vgg() {
        Link halving = Link.of(PoolingDescriptor.max2d()
                .kernel(2)
                .stride(2)
                .padding(Padding.same())
                .build());
        return SequentialDescriptor.of(
                convolution(3, 64),
                convolution(64, 64),
                halving,
                convolution(64, 128),
                convolution(128, 128),
                halving,
                convolution(128, 256),
                convolution(256, 256),
                convolution(256, 256));
    }

    private static Link convolution(int from, int to) {
        return Link.of(conv2d(from, to).kernel(3).padding(1).build());
    }

    private static DemoDrawing still(String name, String caption, Function<Theme, BufferedImage> draw) {
        return new DemoDrawing(name, caption, DemoImage.png(draw.apply(Theme.LIGHT), draw.apply(Theme.DARK)), null);
    }

    private static DemoDrawing animation(Engine engine, Scene scene) {
        ConvolutionProblem problem = ConvolutionProblem.parse(scene.problem).withMinibatch(1);
        ConvolutionDrawing light = ConvolutionDrawing.of(engine, problem, Theme.LIGHT);
        ConvolutionDrawing dark = ConvolutionDrawing.of(engine, problem, Theme.DARK);
        return new DemoDrawing(
                scene.name().toLowerCase(Locale.ROOT) + ".gif",
                scene.caption,
                new DemoImage("image/gif", light.width(), light.height(), gif(light), gif(dark)),
                DemoImage.png(light.strip(), dark.strip()));
    }

    private static byte[] gif(ConvolutionDrawing drawing) {
        return AnimationFile.gif(drawing.frames(), drawing::frame, DELAY_MILLIS);
    }
}
