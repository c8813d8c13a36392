package io.github.faltung.convolution;

import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * A {@link Program} that an engine has compiled, for sources and destinations that lie as the program says.
 *
 * <p>Thread-safe: many threads may run one routine at once. Whoever made it closes it, else its engine or the first of its layers that is
 * closed does; closing waits for calls in progress.
 */
public abstract class Routine extends Layer {
    private final Program program;
    private final BiConsumer<Tensor, Tensor> compute = this::compute;

    /**
     * Makes an open routine.
     *
     * @param engine which closes it, if nobody did before
     * @param free frees what the routine owns; must not refer to it
     */
    protected Routine(Engine engine, Program program, Runnable free) {
        super(engine, "routine " + program.formulation() + " for " + program.problem(), free);
        this.program = program;
        try {
            program.layers().forEach(layer -> layer.freeAfter(this));
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    /**
     * Runs the steps. The tensors are held meanwhile.
     *
     * @param src of the type, dims and strides of the program's source, read
     * @param dst of those of its destination, overwritten
     * @return false, having done nothing, if the routine is closed
     * @throws IllegalArgumentException if a tensor is of another type, dims or strides, or the tensors share memory
     * @throws IllegalStateException if a tensor is closed
     */
    public final boolean tryRun(Tensor src, Tensor dst) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(dst, "dst");
        if (!fits(src, dst)) {
            throw Rule.broken(
                    "src and dst",
                    "must lie as " + program.source() + " and " + program.destination(),
                    src + " and " + dst,
                    program.problem());
        }
        if (src.overlaps(dst)) {
            throw Rule.broken("dst", "must not share memory with src", dst, program.problem());
        }
        if (!tryEnter()) {
            return false;
        }
        try {
            Tensor.whileHeld(src, dst, compute);
        } finally {
            exit();
        }
        return true;
    }

    /** Returns whether tensors lie as the program says. Allocates nothing. */
    public final boolean fits(Tensor src, Tensor dst) {
        return fits(program.source(), src) && fits(program.destination(), dst);
    }

    private static boolean fits(Storage storage, Tensor tensor) {
        Part part = storage.part();
        if (tensor.dataType() != storage.dataType() || !tensor.dims().equals(part.dims())) {
            return false;
        }
        for (int axis = 0; axis < part.dims().rank(); axis++) {
            if (tensor.stride(axis) != part.stride(axis)) {
                return false;
            }
        }
        return true;
    }

    /** Runs the steps; the tensors fit and are held. Called by many threads at once. */
    protected abstract void compute(Tensor src, Tensor dst);

    /** Returns what runs. */
    public abstract Explanation explain();

    /** Returns what was compiled. */
    public final Program program() {
        return program;
    }
}
