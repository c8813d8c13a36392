package example;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.exchange.LayerFile;
import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Runs a layer on the natives, a picture, a layer file, and a limit of threads. Compares with the reference and the JDK, and prints one line;
 * fails if anything differs. {@code .ci/consumers} runs it on the class path, as a module, and in an image.
 */
public final class Example {
    private Example() {}

    /** Takes a folder for the layer file. */
    public static void main(String[] args) throws Exception {
        String implementation = layer();
        picture();
        file(Path.of(args[0]));
        String failure = OneDnnEngine.info().threadLimitFailure();
        require(failure.isEmpty(), "JNA does not reach the OpenMP runtime: " + failure);
        System.out.println("JDK " + Runtime.version().feature() + ", " + home() + ": " + implementation
                + " equals the reference");
    }

    private static String home() {
        Module module = Engine.class.getModule();
        if (!module.isNamed()) {
            return "class path";
        }
        boolean inImage = ModuleLayer.boot()
                .configuration()
                .findModule(module.getName())
                .flatMap(found -> found.reference().location())
                .filter(location -> location.getScheme().equals("jrt"))
                .isPresent();
        return inImage ? "image" : "module path";
    }

    private static String layer() {
        var layer = ConvolutionDescriptor.conv2d(16, 32).kernel(3, 3).padding(1).build();
        try (Engine fast = Faltung.open();
                Engine reference = new ReferenceEngine();
                Tensor weights = Tensor.of(integers(32 * 16 * 9), layer.weightsDims());
                Convolution conv = fast.convolution(layer, weights);
                Convolution plain = reference.convolution(layer, weights)) {
            float[] src = integers(16 * 14 * 14);
            Dims dims = Dims.of(1, 16, 14, 14);
            require(Arrays.equals(conv.forward(src, dims), plain.forward(src, dims)), "oneDNN differs");
            Explanation explanation = conv.explain(dims);
            require(explanation.engine().contains("onednn"), "not oneDNN: " + explanation);
            return explanation.implementation();
        }
    }

    private static void picture() {
        var kernel = new Kernel(3, 3, new float[] {0, 0.125f, 0, 0.125f, 0.5f, 0.125f, 0, 0.125f, 0});
        var src = new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 64 * 48; i++) {
            src.getRaster().setSample(i % 64, i / 64, 0, i * 37 % 251);
        }
        BufferedImage expected = new ConvolveOp(kernel).filter(src, null);
        BufferedImage actual = new ConvolutionOp(kernel).filter(src, null);
        require(
                Arrays.equals(
                        expected.getRaster().getSamples(0, 0, 64, 48, 0, (int[]) null),
                        actual.getRaster().getSamples(0, 0, 64, 48, 0, (int[]) null)),
                "the picture differs");
    }

    private static void file(Path folder) throws Exception {
        Path file = folder.resolve("layer.json");
        Files.writeString(file, "{\"inputChannels\": 3, \"outputChannels\": 8, \"kernel\": [3, 3]}");
        require(LayerFile.read(file).outputChannels() == 8, "the layer file reads wrong");
    }

    /** Small, so that sums are exact in any order. */
    private static float[] integers(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i * 7 % 5 - 2;
        }
        return values;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
