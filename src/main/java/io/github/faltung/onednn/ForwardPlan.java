package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Lifetime;
import io.github.faltung.tensor.Tensor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How one layer runs for sources and destinations of given shapes, ready to run. Thread-safe: each call in progress leases a context of its
 * own. A retired plan frees itself when the last lease has come back.
 */
final class ForwardPlan {
    private final NativeEngine engine;
    private final int threads;
    private final NativeHandles handles = new NativeHandles();
    private final Schedule schedule;
    private final ContextPool<ForwardContext> contexts = new ContextPool<>();

    private final Consumer<ForwardContext> discard = this::discard;

    /** Its users are the contexts, idle or leased. */
    private final Lifetime lifetime = new Lifetime("plan", handles::close);

    /**
     * Makes a plan of one layer for tensors of given shapes.
     *
     * @param threads that OpenMP is given
     */
    ForwardPlan(NativeEngine engine, int threads, Implementation.Finder finder, TensorShape src, TensorShape dst) {
        this(engine, threads, owner -> new ForwardSteps(engine, owner, finder.find(owner, src, dst), src, dst));
    }

    /**
     * Makes a plan.
     *
     * @param threads that OpenMP is given
     * @param compile makes what runs; its argument takes over what that needs, also if it fails midway
     */
    ForwardPlan(NativeEngine engine, int threads, Function<NativeHandles, Schedule> compile) {
        this.engine = engine;
        this.threads = threads;
        try {
            schedule = OpenMpThreads.make(threads, () -> compile.apply(handles));
        } catch (Throwable e) {
            handles.close();
            throw e;
        }
    }

    /**
     * Runs the plan.
     *
     * @return false if it could not, being retired
     */
    boolean execute(Tensor srcTensor, Tensor dstTensor) {
        return execute(srcTensor.address(), dstTensor.address());
    }

    /** Runs the plan on memory of the shapes that it was made for; see {@link #execute(Tensor, Tensor)}. */
    boolean execute(long srcAddress, long dstAddress) {
        ForwardContext context = contexts.take();
        if (context == null) {
            if (!lifetime.tryEnter()) {
                return false;
            }
            context = makeContext();
        }
        try {
            context.execute(srcAddress, dstAddress);
        } finally {
            if (!contexts.give(context)) {
                discard(context);
            }
            if (lifetime.isClosed()) {
                discardIdle();
            }
        }
        return true;
    }

    private ForwardContext makeContext() {
        try {
            return new ForwardContext(engine, schedule, threads);
        } catch (Throwable e) {
            lifetime.exit();
            throw e;
        }
    }

    /** Lets nobody begin to use the plan, and frees it as soon as nobody does. */
    void retire() {
        lifetime.closeWhenUnused();
        discardIdle();
    }

    private void discardIdle() {
        contexts.drainTo(discard);
    }

    private void discard(ForwardContext context) {
        try {
            context.close();
        } finally {
            lifetime.exit();
        }
    }

    /** Tells what runs, given how much is kept of weights in the implementation's own layout. */
    Explanation explain(String engineName, long packedWeightsBytes) {
        return schedule.explain(engineName, packedWeightsBytes);
    }
}
