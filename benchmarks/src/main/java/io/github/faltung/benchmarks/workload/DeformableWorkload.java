package io.github.faltung.benchmarks.workload;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;

/**
 * A deformable layer with data: 64 to 64 channels, 3×3, padding 1, on 56×56, offsets up to two elements each way. The same in every JVM.
 *
 * @param masked whether it is version 2
 * @param layout of source, offsets, mask and destination
 */
public record DeformableWorkload(boolean masked, Layout layout) implements Workload {
    static final String KIND = "deformable";

    /** What is computed. */
    public static final DeformableProblem PROBLEM = new DeformableProblem(
            DeformableDescriptor.deformable2d(64, 64).kernel(3).padding(1).build(), Dims.of(1, 64, 56, 56));

    private static final float MOST_OFFSET = 2;

    /** Returns both versions in both layouts. */
    public static List<DeformableWorkload> all() {
        return List.of(
                new DeformableWorkload(false, Layout.CHANNELS_FIRST),
                new DeformableWorkload(false, Layout.CHANNELS_LAST),
                new DeformableWorkload(true, Layout.CHANNELS_FIRST),
                new DeformableWorkload(true, Layout.CHANNELS_LAST));
    }

    /** Returns the workload of a name. */
    static DeformableWorkload named(String name) {
        return all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("workload must be one of "
                        + all().stream().map(DeformableWorkload::name).toList() + ", but was " + name));
    }

    /** Returns the name, such as {@code v1-nchw}. */
    @Override
    public String name() {
        return (masked ? "v2" : "v1") + (layout == Layout.CHANNELS_LAST ? "-nhwc" : "-nchw");
    }

    @Override
    public String text() {
        return KIND + " " + name();
    }

    /** Returns {@code [OC, IC, KH, KW]}. */
    public float[] weights() {
        return Values.random(1, PROBLEM.descriptor().convolution().weightsDims(), 1);
    }

    /** Returns {@code [MB, IC, H, W]}. */
    public float[] src() {
        return Values.random(2, PROBLEM.srcDims(), 1);
    }

    /** Returns {@code [MB, 2·KH·KW, OH, OW]}. */
    public float[] offsets() {
        return Values.random(3, PROBLEM.offsetsDims(), MOST_OFFSET);
    }

    /** Returns {@code [MB, KH·KW, OH, OW]}. */
    public float[] mask() {
        return Values.random(4, PROBLEM.maskDims(), 1);
    }

    /**
     * Compares with the reference, all outputs.
     *
     * @param found {@code [MB, OC, OH, OW]}
     */
    @Override
    public Comparison compare(float[] found) {
        DeformableDescriptor layer = PROBLEM.descriptor();
        Dims dims = PROBLEM.dstDims();
        try (var engine = new ReferenceEngine();
                Tensor weights = Tensor.of(weights(), layer.convolution().weightsDims());
                Tensor src = Tensor.of(src(), PROBLEM.srcDims());
                Tensor offsets = Tensor.of(offsets(), PROBLEM.offsetsDims());
                Tensor mask = Tensor.of(mask(), PROBLEM.maskDims());
                Tensor dst = Tensor.allocate(dims);
                DeformableConvolution reference = engine.deformable(layer, weights, null)) {
            var arguments = new DeformableArguments(src, offsets, masked ? mask : null, dst);
            return Comparison.bounded(
                    layer.convolution().postOps(),
                    ((DeformableEvaluator) reference).evaluate(arguments),
                    OutputSample.of(dims, Long.MAX_VALUE, 0),
                    found);
        }
    }
}
