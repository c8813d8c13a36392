package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Loads the natives in a child JVM and convolves ones with ones: each output is the number of products, 72. */
final class LoadAndConvolve {
    /** Kept, so that they stay mapped. */
    private static final List<ByteBuffer> MAPPED = new ArrayList<>();

    private LoadAndConvolve() {}

    /**
     * Prints what came out and where the natives come from, or that they can't be loaded.
     *
     * @param args files to map into the process before, so that it seems to run on them
     */
    public static void main(String[] args) throws IOException {
        for (String file : args) {
            try (FileChannel channel = FileChannel.open(Path.of(file))) {
                MAPPED.add(channel.map(MapMode.READ_ONLY, 0, channel.size()));
            }
        }
        try {
            System.out.println("convolved " + convolve() + ", natives in "
                    + NativeLibrary.file().getParent() + ", " + NativeLibrary.origin());
            System.out.println("limits " + (OpenMpThreads.areLimitable() ? "work" : OpenMpThreads.failure()));
        } catch (NativeLoadException e) {
            System.out.println("failed " + e.getMessage());
        }
    }

    private static String convolve() {
        var layer = ConvolutionDescriptor.conv2d(8, 8).kernel(3).build();
        try (Engine engine = OneDnnEngine.open();
                Tensor weights = ones(layer.weightsDims());
                Tensor src = ones(Dims.of(1, 8, 9, 9));
                Convolution conv = engine.convolution(layer, weights);
                Tensor dst = conv.forward(src)) {
            float[] found = dst.toFloatArray();
            var expected = new float[8 * 7 * 7];
            Arrays.fill(expected, 72);
            return Arrays.equals(found, expected) ? "right" : "wrong";
        }
    }

    private static Tensor ones(Dims dims) {
        var values = new float[Math.toIntExact(dims.elements())];
        Arrays.fill(values, 1);
        return Tensor.of(values, dims);
    }
}
