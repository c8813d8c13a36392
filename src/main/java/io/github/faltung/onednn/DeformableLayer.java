package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link OneDnnDeformable} owns: weights, and plans, one for each combination of tensor shapes that it has met; beyond a bound the
 * least recently used is retired. Apart from it, so that a cleaner can free this when that is forgotten. Thread-safe.
 */
final class DeformableLayer implements AutoCloseable {
    private final DeformableDescriptor descriptor;
    private final DeformableWeights weights;
    private final int capacity;

    /** The most recently used first. */
    private final Deque<DeformablePlan> plans = new ArrayDeque<>();

    DeformableLayer(DeformableDescriptor descriptor, DeformableWeights weights, OneDnnOptions options) {
        this.descriptor = descriptor;
        this.weights = weights;
        this.capacity = options.plansPerLayer();
    }

    void forward(DeformableArguments arguments) {
        boolean done = false;
        while (!done) { // again if the plan is retired just now
            done = plan(arguments).execute(arguments);
        }
    }

    private synchronized DeformablePlan plan(DeformableArguments arguments) {
        DeformablePlan latest = plans.peekFirst();
        if (latest != null && latest.matches(arguments)) {
            return latest;
        }
        DeformablePlan found = null;
        for (DeformablePlan plan : plans) {
            if (plan.matches(arguments)) {
                found = plan;
                break;
            }
        }
        if (found == null) {
            return add(make(arguments));
        }
        plans.remove(found);
        return add(found);
    }

    private DeformablePlan add(DeformablePlan plan) {
        try {
            plans.addFirst(plan);
        } catch (Throwable e) {
            plan.retire();
            throw e;
        }
        if (plans.size() > capacity) {
            plans.removeLast().retire();
        }
        return plan;
    }

    private DeformablePlan make(DeformableArguments arguments) {
        Tensor mask = arguments.mask();
        return make(
                TensorShape.of(arguments.src()),
                TensorShape.of(arguments.offsets()),
                mask == null ? null : TensorShape.of(mask),
                TensorShape.of(arguments.dst()));
    }

    private DeformablePlan make(TensorShape src, TensorShape offsets, @Nullable TensorShape mask, TensorShape dst) {
        var problem = new DeformableProblem(descriptor, src.dims());
        requireArray("src", src.dims(), problem);
        requireArray("offsets", offsets.dims(), problem);
        return new DeformablePlan(weights, problem, src, offsets, mask, dst);
    }

    private static void requireArray(String name, Dims dims, DeformableProblem problem) {
        long image = dims.elements() / dims.get(0);
        if (image + dims.get(1) > Integer.MAX_VALUE - 8) {
            throw new UnsupportedConvolutionException("an image of " + name
                    + " must have fewer than 2^31 elements with a pixel of zeros, but had " + image + ": " + problem);
        }
    }

    /** Makes the plan of version 2, which tells what would run, without running or keeping it. */
    Explanation explain(DeformableProblem problem, Layout layout, String engineName) {
        DeformablePlan plan = make(
                TensorShape.of(problem.srcDims(), layout),
                TensorShape.of(problem.offsetsDims(), layout),
                TensorShape.of(problem.maskDims(), layout),
                TensorShape.of(problem.dstDims(), layout));
        try {
            return plan.explain(engineName, weights.packed());
        } finally {
            plan.retire();
        }
    }

    @Override
    public synchronized void close() {
        plans.forEach(DeformablePlan::retire);
        plans.clear();
        weights.close();
    }
}
