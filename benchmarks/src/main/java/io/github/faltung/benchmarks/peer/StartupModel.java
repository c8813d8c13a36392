package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.startup.FirstLayer;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the layer of package {@code startup} as an ONNX model. */
final class StartupModel {
    private StartupModel() {}

    /** Takes the file. */
    public static void main(String[] args) throws IOException {
        var layer = ConvolutionDescriptor.conv2d(FirstLayer.CHANNELS, FirstLayer.CHANNELS)
                .kernel(FirstLayer.KERNEL)
                .padding(FirstLayer.KERNEL / 2)
                .build();
        Dims dims = Dims.of(1, FirstLayer.CHANNELS, FirstLayer.SIZE, FirstLayer.SIZE);
        Files.write(
                Path.of(args[0]),
                new OneNodeModel("Conv")
                        .geometry(new ConvolutionProblem(layer, dims))
                        .input(OneNodeModel.SRC, dims)
                        .weights(layer.weightsDims(), FirstLayer.weights())
                        .bytes(dims));
    }
}
