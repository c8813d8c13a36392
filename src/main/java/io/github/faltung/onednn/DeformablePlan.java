package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Lifetime;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a deformable layer runs for tensors of given shapes, ready to run. Thread-safe: each call in progress leases a context of its own. A
 * retired plan frees itself when the last call has returned.
 */
final class DeformablePlan {
    private final NativeEngine engine;
    private final WorkerPool pool;
    private final DeformableProblem problem;
    private final TensorShape src;
    private final TensorShape offsets;
    private final @Nullable TensorShape mask;
    private final TensorShape dst;
    private final BilinearSampler sampler;
    private final DeformableBlocks blocks;
    private final NativeHandles handles = new NativeHandles();
    private final @Nullable SparseSampling sparse;
    private final ContextPool<DeformableContext> contexts = new ContextPool<>();
    private final Lifetime lifetime = new Lifetime("plan", this::free);

    /**
     * Cuts the output and compiles what finishes the pieces.
     *
     * @param mask {@code null} if there is none
     */
    DeformablePlan(
            DeformableWeights weights,
            DeformableProblem problem,
            TensorShape src,
            TensorShape offsets,
            @Nullable TensorShape mask,
            TensorShape dst) {
        this.engine = weights.engine();
        this.pool = weights.pool();
        this.problem = problem;
        this.src = src;
        this.offsets = offsets;
        this.mask = mask;
        this.dst = dst;
        this.sampler = new BilinearSampler(problem);
        this.blocks = OpenMpThreads.make(
                1,
                () -> new DeformableBlocks(
                        engine,
                        weights.layer(),
                        dst,
                        weights.packed(),
                        DeformableBlocks.COLUMNS_BYTES,
                        pool.workers()));
        this.sparse = compileSampling().orElse(null);
    }

    private Optional<SparseSampling> compileSampling() {
        try {
            return OpenMpThreads.make(
                    1,
                    () -> Optional.ofNullable(SparseSampling.compile(
                            engine, handles, sampler.srcDims(), mostRows(), mostEntries(), problem)));
        } catch (Throwable e) {
            free();
            throw e;
        }
    }

    DeformableProblem problem() {
        return problem;
    }

    TensorShape src() {
        return src;
    }

    TensorShape offsets() {
        return offsets;
    }

    /** Returns the mask's shape, or {@code null} if there is none. */
    @Nullable
    TensorShape mask() {
        return mask;
    }

    BilinearSampler sampler() {
        return sampler;
    }

    DeformableBlocks blocks() {
        return blocks;
    }

    /** Returns oneDNN's product of the sampling matrix and the source, or {@code null} where Java multiplies faster. */
    @Nullable
    SparseSampling sparse() {
        return sparse;
    }

    /** Returns the rows of the largest piece's sampling matrix. */
    int mostRows() {
        return Math.multiplyExact(blocks.mostPlaces(), sampler.rowsPerPlace());
    }

    /** Returns how many entries the largest piece's sampling matrix has at most. */
    int mostEntries() {
        return Math.multiplyExact(mostRows(), BilinearSampler.CORNERS);
    }

    /** Returns how many threads may work on one image. */
    int workers() {
        return pool.workers();
    }

    boolean matches(DeformableArguments arguments) {
        Tensor ofMask = arguments.mask();
        return src.matches(arguments.src())
                && dst.matches(arguments.dst())
                && offsets.matches(arguments.offsets())
                && (mask == null ? ofMask == null : ofMask != null && mask.matches(ofMask));
    }

    /**
     * Runs the plan.
     *
     * @return false if it could not, being retired
     */
    boolean execute(DeformableArguments arguments) {
        if (!lifetime.tryEnter()) {
            return false;
        }
        try {
            DeformableContext context = contexts.take();
            if (context == null) {
                context = OpenMpThreads.make(1, () -> new DeformableContext(engine, pool, this));
            }
            try {
                context.execute(arguments);
            } finally {
                if (!contexts.give(context)) {
                    context.close();
                }
            }
        } finally {
            lifetime.exit();
        }
        return true;
    }

    /** Lets nobody begin to use the plan, and frees it as soon as nobody does. */
    void retire() {
        lifetime.closeWhenUnused();
    }

    private void free() {
        contexts.drainTo(DeformableContext::close);
        blocks.retire();
        handles.close();
    }

    Explanation explain(String engineName, PackedWeights weights) {
        Explanation finish = blocks.all().get(0).plan().explain(engineName, weights.packedBytes());
        List<String> notes = new ArrayList<>(finish.notes());
        notes.add("oneDNN has no deformable primitive: up to " + pool.workers() + " threads make "
                + blocks.all().size()
                + " pieces an image; for each Java fills a sparse matrix, " + (sparse == null ? "Java" : "oneDNN")
                + " multiplies the source by it, and oneDNN the result by the weights: " + finish.problem());
        if (!OpenMpThreads.areLimitable()) {
            notes.add("one piece at a time, since OpenMP's threads can't be limited: " + OpenMpThreads.failure());
        }
        return new Explanation(
                problem.toString(),
                engineName,
                "sampled columns, then 1x1",
                finish.implementation(),
                finish.packedWeightsBytes(),
                finish.scratchpadBytes() + DeformableContext.bytes(this),
                notes);
    }
}
