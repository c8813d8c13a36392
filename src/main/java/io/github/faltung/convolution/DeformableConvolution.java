package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A deformable layer with its weights, ready to run. With k over the KH·KW taps of the window and i over the channels of o's group,
 *
 * <pre>
 * dst[n, o, p] = postOps(Σ over k, i of weights[o, i, k] · mask[n, g·taps + k, p] · sample(src[n, i], y, x) + bias[o])
 * y = (ph·strideH − paddingTop  + kh·dilationH) + offsets[n, 2·(g·taps + k),     p]
 * x = (pw·strideW − paddingLeft + kw·dilationW) + offsets[n, 2·(g·taps + k) + 1, p]
 * </pre>
 *
 * <p>where g is i's offset group, and the sum of the whole number and the offset is rounded to f32. A sample is interpolated bilinearly
 * between the four elements around (y, x), of which those outside the source are 0; it is 0 where y ≤ −1, y ≥ H, x ≤ −1 or x ≥ W, or one
 * of them is no number. Source: ONNX 1.19 operator documentation, DeformConv 22, whose reference implementation is that of torchvision's
 * {@code deform_conv2d}.
 *
 * <p>Thread-safe: many threads may call one layer at once. Whoever made it closes it, or its engine does; closing waits for calls in
 * progress.
 */
public abstract class DeformableConvolution extends Layer {
    private final DeformableDescriptor descriptor;

    /**
     * Makes an open layer.
     *
     * @param engine which closes it, if nobody did before
     * @param free frees what the layer owns; must not refer to the layer
     */
    protected DeformableConvolution(Engine engine, DeformableDescriptor descriptor, Runnable free) {
        super(engine, descriptor.toString(), free);
        this.descriptor = descriptor;
    }

    /**
     * Computes the formula above; {@link DeformableArguments} says which tensor is what.
     *
     * @param mask {@code null} for all ones, which is version 1
     * @throws IllegalArgumentException if a tensor's dims or type differ from what the descriptor makes of {@code src}, or {@code dst}
     *     shares memory with another
     * @throws IllegalStateException if this layer, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final void forward(Tensor src, Tensor offsets, @Nullable Tensor mask, Tensor dst) {
        whileOpen(new DeformableArguments(src, offsets, mask, dst), this::compute);
    }

    /**
     * Computes into a new tensor, which the caller closes; channels last if {@code src} is, else channels first. A {@link PostOp.Sum}
     * adds zeros.
     *
     * @param mask {@code null} for all ones
     * @throws IllegalArgumentException if the layer can't be applied to such tensors
     * @throws IllegalStateException if this layer, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final Tensor forward(Tensor src, Tensor offsets, @Nullable Tensor mask) {
        var problem = new DeformableProblem(descriptor, src.dims());
        boolean last = src.isDense(Layout.CHANNELS_LAST) && !src.isDense(Layout.CHANNELS_FIRST);
        Tensor dst =
                Tensor.allocate(DataType.F32, problem.dstDims(), last ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST);
        try {
            forward(src, offsets, mask, dst);
            return dst;
        } catch (Throwable e) {
            dst.close();
            throw e;
        }
    }

    /** Calls {@code body} after the checks of a call, with the tensors held and the layer open meanwhile. */
    protected final void whileOpen(DeformableArguments arguments, Consumer<DeformableArguments> body) {
        enter();
        try {
            arguments.check(descriptor);
            arguments.whileHeld(() -> body.accept(arguments));
        } finally {
            exit();
        }
    }

    /** Computes; the tensors fit the layer and are held. Called by many threads at once. */
    protected abstract void compute(DeformableArguments arguments);

    /**
     * Returns what runs for a source of the given dims, every tensor in the given layout.
     *
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     * @throws IllegalStateException if this layer or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation for such a source
     */
    public final Explanation explain(Dims src, Layout layout) {
        enter();
        try {
            return explain(new DeformableProblem(descriptor, src), layout);
        } finally {
            exit();
        }
    }

    /** Finds out what runs. */
    protected abstract Explanation explain(DeformableProblem problem, Layout layout);

    /** Returns the layer's description. */
    public final DeformableDescriptor descriptor() {
        return descriptor;
    }
}
