package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A small random chain of convolutions and poolings, some with skips, of one floating-point type, on random data. */
public final class RandomChains {
    private static final List<DataType> TYPES = List.of(DataType.F32, DataType.F32, DataType.BF16, DataType.F16);

    private final SplittableRandom random;

    private RandomChains(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Runs one on an engine, which checks each layer. */
    public static void run(Engine engine, long seed) {
        new RandomChains(seed).run(engine);
    }

    private void run(Engine engine) {
        DataType type = TYPES.get(random.nextInt(TYPES.size()));
        Dims src = Dims.of(random.nextInt(1, 3), random.nextInt(1, 20), random.nextInt(6, 14), random.nextInt(6, 14));
        SequentialDescriptor chain = chain(src, type);
        System.out.println(chain + " " + type + " on " + src);
        Layout layout = random.nextBoolean() ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
        var parameters = new ArrayList<Tensor>();
        try {
            for (Link link : chain.links()) {
                for (Dims dims : link.parameterDims()) {
                    parameters.add(reals(dims, dims.rank() == 1 ? DataType.F32 : type, Layout.CHANNELS_FIRST));
                }
            }
            try (Sequential prepared = Sequential.prepare(engine, chain, parameters);
                    Tensor in = reals(src, type, layout);
                    Tensor out = prepared.forward(in)) {
                if (!out.dims().equals(chain.dstDims(src))) {
                    throw new AssertionError(out.dims() + " instead of " + chain.dstDims(src));
                }
            }
        } finally {
            parameters.forEach(Tensor::close);
        }
    }

    private SequentialDescriptor chain(Dims src, DataType type) {
        SequentialDescriptor chain = SequentialDescriptor.of(link(Math.toIntExact(src.get(1)), type));
        int layers = random.nextInt(2, 6);
        while (chain.links().size() < layers) {
            int size = chain.links().size();
            List<Dims> values = chain.valueDims(src);
            int channels = Math.toIntExact(values.get(size).get(1));
            if (type == DataType.F32 && random.nextInt(4) == 0) {
                chain = chain.then(
                        Link.of(PoolingDescriptor.max2d().kernel(2).padding(1).build()));
            } else if (random.nextInt(3) == 0) {
                int skip = random.nextInt(0, size + 1);
                ConvolutionDescriptor same =
                        same(channels, Math.toIntExact(values.get(skip).get(1)), type);
                boolean fits = values.get(skip).equals(new ConvolutionProblem(same, values.get(size)).dstDims());
                chain = fits ? chain.thenAdding(skip, Link.withBias(same)) : chain.then(link(channels, type));
            } else {
                chain = chain.then(link(channels, type));
            }
        }
        return chain;
    }

    private static ConvolutionDescriptor same(int in, int out, DataType type) {
        return ConvolutionDescriptor.conv2d(in, out)
                .kernel(3)
                .padding(1)
                .dataType(type)
                .postOps(PostOp.sum(), PostOp.relu())
                .build();
    }

    private Link link(int channels, DataType type) {
        boolean depthwise = random.nextInt(3) == 0;
        ConvolutionBuilder layer = ConvolutionDescriptor.conv2d(channels, depthwise ? channels : random.nextInt(1, 30))
                .groups(depthwise ? channels : 1)
                .kernel(random.nextInt(1, 4), random.nextInt(1, 4))
                .padding(Padding.same())
                .dataType(type);
        ConvolutionDescriptor built =
                random.nextBoolean() ? layer.postOps(PostOp.relu()).build() : layer.build();
        return random.nextBoolean() ? Link.of(built) : Link.withBias(built);
    }

    private Tensor reals(Dims dims, DataType type, Layout layout) {
        var values = new float[Math.toIntExact(dims.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        Tensor tensor = Tensor.allocate(type, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
