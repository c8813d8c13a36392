package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * A pooling layer, ready to run.
 *
 * <p>Thread-safe: many threads may call one layer at once. Whoever made it closes it, or its engine does; closing waits for calls in
 * progress.
 */
public abstract class Pooling extends Layer {
    private final PoolingDescriptor descriptor;
    private final BiConsumer<Tensor, Tensor> compute = this::compute;

    /**
     * Makes an open layer.
     *
     * @param engine which closes it, if nobody did before
     * @param free frees what the layer owns; must not refer to the layer
     */
    protected Pooling(Engine engine, PoolingDescriptor descriptor, Runnable free) {
        super(engine, descriptor.toString(), free);
        this.descriptor = descriptor;
    }

    /**
     * Computes the maximum or mean of each window.
     *
     * @param src {@code [MB, C, spatial…]}, of the descriptor's type, any layout, read
     * @param dst {@code [MB, C, spatial…]}, of the descriptor's type, any layout, overwritten
     * @throws IllegalArgumentException if a tensor's dims or type differ from what the descriptor makes of {@code src}, or the
     *     tensors share memory
     * @throws IllegalStateException if this layer, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no implementation for such a source
     */
    public final void forward(Tensor src, Tensor dst) {
        whileOpen(src, dst, compute);
    }

    /**
     * Computes into a new tensor, which the caller closes; channels last if {@code src} is, else channels first.
     *
     * @param src {@code [MB, C, spatial…]}, of the descriptor's type, any layout, read
     * @throws IllegalArgumentException if the layer can't be applied to {@code src}
     * @throws IllegalStateException if this layer, its engine or the tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final Tensor forward(Tensor src) {
        Tensor dst = allocateLike(src, descriptor.dataType(), new PoolingProblem(descriptor, src.dims()).dstDims());
        try {
            forward(src, dst);
            return dst;
        } catch (Throwable e) {
            dst.close();
            throw e;
        }
    }

    /**
     * Computes from array to array, both channels first: the convenient way, which copies. Elements are rounded to the layer's type.
     *
     * @param src the elements of {@code srcDims}
     * @param srcDims {@code [MB, C, spatial…]}
     * @return the elements of {@code [MB, C, spatial…]}
     * @throws IllegalArgumentException if there are more or fewer elements, or the layer can't be applied to such a source
     * @throws IllegalStateException if this layer or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final float[] forward(float[] src, Dims srcDims) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(srcDims, "srcDims");
        try (Tensor in = Tensor.allocate(descriptor.dataType(), srcDims, Layout.CHANNELS_FIRST)) {
            in.copyFrom(src, Layout.CHANNELS_FIRST);
            try (Tensor out = forward(in)) {
                return out.toFloatArray();
            }
        }
    }

    /**
     * Calls {@code body} as {@link #forward(Tensor, Tensor)} calls {@link #compute}: after the same checks, with the tensors held and the
     * layer open meanwhile.
     */
    protected final void whileOpen(Tensor src, Tensor dst, BiConsumer<Tensor, Tensor> body) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(dst, "dst");
        enter();
        try {
            Arguments.checkPooling(descriptor, src, dst);
            Tensor.whileHeld(src, dst, body);
        } finally {
            exit();
        }
    }

    /** Computes; the tensors fit the layer and are held. Called by many threads at once. */
    protected abstract void compute(Tensor src, Tensor dst);

    /**
     * Returns what runs for a source of the given dims in the given layout, with the output in the same.
     *
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     * @throws IllegalStateException if this layer or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final Explanation explain(Dims src, Layout layout) {
        enter();
        try {
            return explain(new PoolingProblem(descriptor, src), layout);
        } finally {
            exit();
        }
    }

    /** Returns what runs for a source of the given dims, channels first. */
    public final Explanation explain(Dims src) {
        return explain(src, Layout.CHANNELS_FIRST);
    }

    /** Finds out what runs. */
    protected abstract Explanation explain(PoolingProblem problem, Layout layout);

    /** Returns the layer's description. */
    public final PoolingDescriptor descriptor() {
        return descriptor;
    }
}
