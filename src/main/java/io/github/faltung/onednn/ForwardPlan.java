package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Lifetime;
import io.github.faltung.tensor.Tensor;

/**
 * How one layer runs for sources and destinations of given shapes, ready to run. Thread-safe: each call in progress leases a context of its
 * own. Use it between {@link Lifetime#tryEnter} and {@link Lifetime#exit}, since it may be evicted from its cache.
 */
final class ForwardPlan {
    private final NativeEngine engine;
    private final ConvolutionProblem problem;
    private final TensorShape src;
    private final TensorShape dst;
    private final NativeHandles handles = new NativeHandles();
    private final ForwardSteps steps;
    private final ContextPool contexts = new ContextPool();
    private final Lifetime lifetime;

    ForwardPlan(
            NativeEngine engine, ConvolutionProblem problem, TensorShape src, TensorShape dst, PackedWeights weights) {
        this.engine = engine;
        this.problem = problem;
        this.src = src;
        this.dst = dst;
        this.lifetime = new Lifetime("plan", () -> {
            contexts.close();
            handles.close();
        });
        try {
            steps = new ForwardSteps(engine, handles, problem, src, dst, weights);
        } catch (RuntimeException e) {
            handles.close();
            throw e;
        }
    }

    boolean matches(Tensor srcTensor, Tensor dstTensor) {
        return src.matches(srcTensor) && dst.matches(dstTensor);
    }

    Lifetime lifetime() {
        return lifetime;
    }

    void execute(Tensor srcTensor, Tensor dstTensor) {
        ForwardContext context = contexts.take();
        if (context == null) {
            context = new ForwardContext(engine, problem, steps);
        }
        try {
            context.execute(srcTensor.address(), dstTensor.address());
        } finally {
            contexts.give(context);
        }
    }

    Explanation explain(String engineName, PackedWeights weights) {
        return new Explanation(
                problem,
                engineName,
                "direct",
                steps.implementation().name(),
                weights.packedBytes(),
                steps.contextBytes(),
                steps.notes());
    }
}
