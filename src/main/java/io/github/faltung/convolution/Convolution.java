package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A layer with its weights, ready to run.
 *
 * <p>Thread-safe: many threads may call one layer at once. Whoever made it closes it, or its engine does; closing waits for calls in
 * progress.
 */
public abstract class Convolution extends Layer {
    private final ConvolutionDescriptor descriptor;

    /** The first dims that were found to fit: a caller who reuses tensors has them checked once. Any thread may set it. */
    private Arguments.@Nullable FittingDims fitting;

    private final BiConsumer<Tensor, Tensor> compute = this::compute;

    private boolean hasBias;

    /**
     * Makes an open layer.
     *
     * @param engine which closes it, if nobody did before
     * @param free frees what the layer owns; must not refer to the layer
     */
    protected Convolution(Engine engine, ConvolutionDescriptor descriptor, Runnable free) {
        super(engine, descriptor.toString(), free);
        this.descriptor = descriptor;
    }

    /**
     * Computes {@code dst = postOps(conv(src, weights) + bias)}.
     *
     * @param src {@code [MB, IC, spatial…]}, of the descriptor's source type, any layout, read
     * @param dst {@code [MB, OC, spatial…]}, of the descriptor's destination type, any layout, overwritten, unless a {@link PostOp.Sum} reads it first
     * @throws IllegalArgumentException if a tensor's dims or type differ from what the descriptor makes of {@code src}, or the
     *     tensors share memory
     * @throws IllegalStateException if this layer, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final void forward(Tensor src, Tensor dst) {
        whileOpen(src, dst, compute);
    }

    /**
     * Computes into a new tensor, which the caller closes; channels last if {@code src} is, else channels first. A {@link PostOp.Sum}
     * adds zeros.
     *
     * @param src {@code [MB, IC, spatial…]}, of the descriptor's source type, any layout, read
     * @throws IllegalArgumentException if the layer can't be applied to {@code src}
     * @throws IllegalStateException if this layer, its engine or the tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final Tensor forward(Tensor src) {
        Objects.requireNonNull(src, "src");
        var problem = new ConvolutionProblem(descriptor, src.dims());
        Tensor dst = allocateLike(src, descriptor.types().dst(), problem.dstDims());
        try {
            forward(src, dst);
            return dst;
        } catch (Throwable e) {
            dst.close();
            throw e;
        }
    }

    /**
     * Computes from array to array, both channels first: the convenient way, which copies. Elements are rounded to the source's type.
     *
     * @param src the elements of {@code srcDims}
     * @param srcDims {@code [MB, IC, spatial…]}
     * @return the elements of {@code [MB, OC, spatial…]}
     * @throws IllegalArgumentException if there are more or fewer elements, or the layer can't be applied to such a source
     * @throws IllegalStateException if this layer or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final float[] forward(float[] src, Dims srcDims) {
        Objects.requireNonNull(srcDims, "srcDims");
        Dims dstDims = new ConvolutionProblem(descriptor, srcDims).dstDims();
        if (dstDims.elements() > Integer.MAX_VALUE - 8) {
            throw Rule.broken("dst", "must have no more elements than an array holds", dstDims, descriptor);
        }
        var dst = new float[(int) dstDims.elements()];
        forward(src, srcDims, dst);
        return dst;
    }

    /**
     * Computes from array to array as {@link #forward(float[], Dims)} does, into an array that is there.
     *
     * @param src the elements of {@code srcDims}, read
     * @param srcDims {@code [MB, IC, spatial…]}
     * @param dst as many elements as {@code [MB, OC, spatial…]} has, overwritten; read, too, if the layer has a {@link PostOp.Sum}
     * @throws IllegalArgumentException if an array has more or fewer elements, or the layer can't be applied to such a source
     * @throws IllegalStateException if this layer or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final void forward(float[] src, Dims srcDims, float[] dst) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(srcDims, "srcDims");
        Objects.requireNonNull(dst, "dst");
        Dims dstDims = new ConvolutionProblem(descriptor, srcDims).dstDims();
        if (dst.length != dstDims.elements()) {
            throw Rule.broken("dst", "must have as many elements as " + dstDims, dst.length, descriptor);
        }
        try (Tensor in = Tensor.allocate(descriptor.types().src(), srcDims, Layout.CHANNELS_FIRST);
                Tensor out = Tensor.allocate(descriptor.types().dst(), dstDims, Layout.CHANNELS_FIRST)) {
            in.copyFrom(src, Layout.CHANNELS_FIRST);
            if (descriptor.readsDestination()) {
                out.copyFrom(dst, Layout.CHANNELS_FIRST);
            }
            forward(in, out);
            out.copyTo(dst, Layout.CHANNELS_FIRST);
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
            Arguments.FittingDims known = fitting;
            Arguments.checkForward(descriptor, src, dst, known);
            if (known == null) {
                fitting = new Arguments.FittingDims(src.dims(), dst.dims());
            }
            Tensor.whileHeld(src, dst, body);
        } finally {
            exit();
        }
    }

    /** Takes note of whether the layer was prepared with a bias; its engine calls this before it hands the layer out. */
    final Convolution withBias(boolean given) {
        hasBias = given;
        return this;
    }

    /**
     * Replaces the weights, as training does after each step. They are copied and packed in place; what was compiled stays. Waits for
     * calls in progress, and calls that begin meanwhile wait: each sees either the old weights and bias or the new ones. So do {@link Routine
     * routines} that run the layer; those of integers an engine may close, since how they compute depends on how large the weights are.
     *
     * @param weights as at preparation, any layout, read
     * @param bias {@code [OC]}, f32, read; {@code null} if and only if the layer was prepared without
     * @throws IllegalArgumentException if a tensor's dims or type are not the descriptor's, or there is a bias where there was none, or
     *     none where there was one
     * @throws IllegalStateException if this layer, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine can't do it
     */
    public final void updateWeights(Tensor weights, @Nullable Tensor bias) {
        Objects.requireNonNull(weights, "weights");
        Arguments.checkWeights(descriptor, weights, bias);
        if (hasBias != (bias != null)) {
            String rule = hasBias ? "must be given, as at preparation" : "must be null, as at preparation";
            throw Rule.broken("bias", rule, String.valueOf(bias), descriptor);
        }
        alone(() ->
                Tensor.whileHeld(weights, bias == null ? weights : bias, (held, same) -> replaceWeights(held, bias)));
    }

    /** Replaces weights and bias; they fit the layer and are held, and nothing computes meanwhile. */
    protected void replaceWeights(Tensor weights, @Nullable Tensor bias) {
        throw new UnsupportedConvolutionException(engine().name() + " can't update weights: " + descriptor);
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
        return explain(src, layout, layout);
    }

    /**
     * Returns what runs for a source of the given dims.
     *
     * @param src the source's dims
     * @param from how the source lies
     * @param to how the output lies
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     * @throws IllegalStateException if this layer or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final Explanation explain(Dims src, Layout from, Layout to) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        enter();
        try {
            return explain(new ConvolutionProblem(descriptor, src), from, to);
        } finally {
            exit();
        }
    }

    /** Returns what runs for a source of the given dims, channels first. */
    public final Explanation explain(Dims src) {
        return explain(src, Layout.CHANNELS_FIRST);
    }

    /** Finds out what runs. */
    protected abstract Explanation explain(ConvolutionProblem problem, Layout src, Layout dst);

    /** Returns the name of the code that runs for a source of the given dims, channels first. */
    public final String implementationName(Dims src) {
        return explain(src).implementation();
    }

    /** Returns the layer's description. */
    public final ConvolutionDescriptor descriptor() {
        return descriptor;
    }
}
