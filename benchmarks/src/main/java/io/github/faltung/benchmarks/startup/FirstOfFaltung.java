package io.github.faltung.benchmarks.startup;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;

/** The first result of Faltung. */
final class FirstOfFaltung {
    private FirstOfFaltung() {}

    public static void main(String[] args) {
        long main = System.nanoTime();
        var layer = ConvolutionDescriptor.conv2d(FirstLayer.CHANNELS, FirstLayer.CHANNELS)
                .kernel(FirstLayer.KERNEL)
                .padding(FirstLayer.KERNEL / 2)
                .build();
        try (Engine engine = Faltung.open();
                Tensor weights = Tensor.of(FirstLayer.weights(), layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) {
            float[] dst =
                    conv.forward(FirstLayer.src(), Dims.of(1, FirstLayer.CHANNELS, FirstLayer.SIZE, FirstLayer.SIZE));
            FirstLayer.print(main, dst);
        }
    }
}
