package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A small random deformable layer on random data. */
public final class RandomDeformables {
    private static final List<List<PostOp>> CHAINS = List.of(
            List.of(), List.of(PostOp.relu()), List.of(PostOp.sum(), PostOp.leakyRelu(0.5f)), List.of(PostOp.gelu()));

    private final SplittableRandom random;

    private RandomDeformables(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Runs one on an engine, which checks it. */
    public static void run(Engine engine, long seed) {
        new RandomDeformables(seed).run(engine);
    }

    private void run(Engine engine) {
        DeformableProblem problem = problem();
        DeformableDescriptor layer = problem.descriptor();
        System.out.println(problem);
        Layout layout = random.nextBoolean() ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
        try (Tensor weights = reals(layer.convolution().weightsDims(), Layout.CHANNELS_FIRST, 1);
                Tensor bias = reals(layer.convolution().biasDims(), Layout.CHANNELS_FIRST, 1);
                Tensor src = reals(problem.srcDims(), layout, 1);
                Tensor offsets = reals(problem.offsetsDims(), layout, 3);
                Tensor mask = random.nextBoolean() ? reals(problem.maskDims(), layout, 1) : null;
                Tensor dst = reals(problem.dstDims(), layout, 1);
                DeformableConvolution conv = engine.deformable(layer, weights, bias)) {
            @Nullable Tensor masked = mask;
            conv.forward(src, offsets, masked, dst);
        }
    }

    private DeformableProblem problem() {
        while (true) {
            try {
                return candidate();
            } catch (IllegalArgumentException e) {
                // kernel larger than the source: try another
            }
        }
    }

    private DeformableProblem candidate() {
        int groups = random.nextInt(1, 4);
        int offsetGroups = random.nextInt(1, 4);
        DeformableDescriptor layer = DeformableDescriptor.deformable2d(
                        groups * offsetGroups * random.nextInt(1, 9), groups * random.nextInt(1, 20))
                .groups(groups)
                .offsetGroups(offsetGroups)
                .kernel(random.nextInt(1, 4), random.nextInt(1, 5))
                .stride(random.nextInt(1, 3), random.nextInt(1, 3))
                .dilation(random.nextInt(1, 3))
                .padding(random.nextInt(0, 3), random.nextInt(0, 3))
                .postOps(CHAINS.get(random.nextInt(CHAINS.size())).toArray(PostOp[]::new))
                .build();
        return new DeformableProblem(
                layer,
                Dims.of(
                        random.nextInt(1, 3),
                        layer.convolution().inputChannels(),
                        random.nextInt(1, 12),
                        random.nextInt(1, 12)));
    }

    private Tensor reals(Dims dims, Layout layout, float most) {
        var values = new float[Math.toIntExact(dims.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-most, most);
        }
        Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
