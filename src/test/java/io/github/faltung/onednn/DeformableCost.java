package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a deformable layer of 64 to 64 channels, 3×3 on 56×56, costs beside the Java reference, in turns. Not a test: speed has none.
 *
 * <p>With {@code OMP_WAIT_POLICY=PASSIVE} OpenMP's threads don't spin between two calls while Java's want their processors: on a machine
 * that other processes share, that decides the result.
 *
 * <pre>
 * OMP_WAIT_POLICY=PASSIVE mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.github.faltung.onednn.DeformableCost -Dexec.args=
 * </pre>
 */
final class DeformableCost {
    private static final DeformableDescriptor LAYER =
            DeformableDescriptor.deformable2d(64, 64).kernel(3).padding(1).build();
    private static final int ROUNDS = 3;
    private static final int CALLS = 20;

    private DeformableCost() {}

    /** Prints a line for each version and layout. */
    public static void main(String[] args) {
        for (Layout layout : new Layout[] {Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST}) {
            for (boolean masked : new boolean[] {false, true}) {
                measure(layout, masked);
            }
        }
    }

    private static void measure(Layout layout, boolean masked) {
        var problem = new DeformableProblem(LAYER, Dims.of(1, 64, 56, 56));
        var random = new SplittableRandom(1);
        try (Engine engine = OneDnnEngine.open();
                Engine java = new ReferenceEngine();
                Tensor weights = random(LAYER.convolution().weightsDims(), Layout.CHANNELS_FIRST, 1, random);
                Tensor src = random(problem.srcDims(), layout, 1, random);
                Tensor offsets = random(problem.offsetsDims(), layout, 2, random);
                Tensor mask = random(problem.maskDims(), layout, 1, random);
                Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), layout);
                DeformableConvolution ours = engine.deformable(LAYER, weights, null);
                DeformableConvolution reference = java.deformable(LAYER, weights, null)) {
            Runnable fast = () -> ours.forward(src, offsets, masked ? mask : null, dst);
            Runnable slow = () -> reference.forward(src, offsets, masked ? mask : null, dst);
            millisEach(fast, 300);
            var ourMillis = new double[ROUNDS];
            var referenceMillis = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                ourMillis[round] = millisEach(fast, CALLS);
                referenceMillis[round] = millisEach(slow, 1);
            }
            Arrays.sort(ourMillis);
            Arrays.sort(referenceMillis);
            System.out.printf(
                    "%s %s v%d: onednn %.3f ms, reference %.0f ms (medians of %d rounds), %.0fx; best %.3f ms, %s%n",
                    problem,
                    layout,
                    masked ? 2 : 1,
                    ourMillis[ROUNDS / 2],
                    referenceMillis[ROUNDS / 2],
                    ROUNDS,
                    referenceMillis[ROUNDS / 2] / ourMillis[ROUNDS / 2],
                    ourMillis[0],
                    ours.explain(problem.srcDims(), layout).implementation());
        }
    }

    private static Tensor random(Dims dims, Layout layout, double most, SplittableRandom random) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-most, most);
        }
        return Tensor.of(values, dims, layout);
    }

    private static double millisEach(Runnable body, int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            body.run();
        }
        return (System.nanoTime() - start) / 1e6 / times;
    }
}
