package io.github.faltung.spark;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;

/** The first layers of a small network for colour pictures, with weights that are real numbers, so that sums are rounded. */
record SampleChain(SequentialDescriptor chain, List<Tensor> parameters) implements AutoCloseable {
    private static final long SEED = 20261127;

    static SampleChain ofColour() {
        return of(SequentialDescriptor.of(
                Link.withBias(conv2d(3, 16)
                        .kernel(3, 3)
                        .padding(Padding.same())
                        .postOps(PostOp.relu())
                        .build()),
                Link.of(conv2d(16, 16)
                        .depthwise()
                        .kernel(3, 3)
                        .stride(2)
                        .padding(1)
                        .build()),
                Link.withBias(conv2d(16, 8).postOps(PostOp.relu()).build())));
    }

    /** Returns a chain with random real parameters. */
    static SampleChain of(SequentialDescriptor chain) {
        var random = new Random(SEED);
        return of(chain, () -> random.nextFloat() - 0.5f);
    }

    /** Returns a chain with parameters so small and whole that all sums of small whole numbers are exact. */
    static SampleChain ofIntegers(SequentialDescriptor chain) {
        var random = new Random(SEED);
        return of(chain, () -> (float) random.nextInt(-1, 2));
    }

    private static SampleChain of(SequentialDescriptor chain, Supplier<Float> number) {
        var parameters = new ArrayList<Tensor>();
        for (Dims dims : chain.parameterDims()) {
            var values = new float[Math.toIntExact(dims.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = number.get();
            }
            parameters.add(Tensor.of(values, dims));
        }
        return new SampleChain(chain, parameters);
    }

    DistributedChain distributed() {
        return DistributedChain.of(chain, parameters);
    }

    /** Prepares it on an engine. */
    Sequential prepare(Engine engine) {
        return Sequential.prepare(engine, chain, parameters);
    }

    /** Returns what one machine makes of a picture, by the public calls that have nothing to do with Spark. */
    static ChainResult alone(Sequential layers, String path, Picture picture) {
        try (Tensor src = picture.withChannels(3).toTensor(DataType.F32, Layout.CHANNELS_FIRST, 1);
                Tensor dst = layers.forward(src)) {
            return ChainResult.of(path, dst.dims().toArray(), dst.toFloatArray());
        }
    }

    /** Returns the SHA-256 of a result's dims and bits. */
    static String digest(ChainResult result) {
        long[] dims = Objects.requireNonNull(result.getDims());
        float[] values = Objects.requireNonNull(result.getValues());
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * dims.length + Float.BYTES * values.length);
        for (long extent : dims) {
            bytes.putLong(extent);
        }
        for (float value : values) {
            bytes.putInt(Float.floatToRawIntBits(value));
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        parameters.forEach(Tensor::close);
    }
}
