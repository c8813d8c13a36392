package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What training asks of a layer without post-ops, {@code dst = conv(src, weights) + bias}: given the gradient of a loss by the layer's
 * output, {@code diffDst}, its gradients by the source, the weights and the bias. Where the sum is bilinear, these are its adjoints:
 *
 * <pre>
 * ⟨conv(src, weights), diffDst⟩ = ⟨src, diffSrc⟩ = ⟨weights, diffWeights⟩
 * </pre>
 *
 * <p><b>Types.</b> A gradient has the type of what it is a gradient by: {@code diffDst} the layer's destination's, {@code diffSrc} its
 * source's, {@code diffBias} f32. {@code diffWeights} may be of the layer's weights' type or f32, as the caller likes: an optimizer that
 * keeps weights in f32 wants the sum over a minibatch unrounded. These are the combinations of oneDNN's primitives (oneDNN 3.11,
 * Convolution, <em>Data Types</em>, backward and weights update), and those of layers that take bf16 or f16 to f32 besides. Sums are
 * accumulated in f32 at least, and rounded once to the gradient's type.
 *
 * <p>Thread-safe: many threads may call one at once. Whoever made it closes it, or its engine does; closing waits for calls in progress.
 */
public abstract class ConvolutionGradients extends Layer {
    private final ConvolutionDescriptor descriptor;

    /**
     * Makes open gradients.
     *
     * @param engine which closes them, if nobody did before
     * @param free frees what they own; must not refer to them
     */
    protected ConvolutionGradients(Engine engine, ConvolutionDescriptor descriptor, Runnable free) {
        super(engine, "gradients of " + descriptor, free);
        this.descriptor = descriptor;
    }

    /**
     * Computes the gradient by the source. Source elements that no window reaches get 0.
     *
     * @param weights as the layer's, of its weights' type, any layout, read
     * @param diffDst {@code [MB, OC, spatial…]}, of the layer's destination's type, any layout, read
     * @param diffSrc {@code [MB, IC, spatial…]}, of the layer's source's type, any layout, overwritten
     * @throws IllegalArgumentException if a tensor's dims or type don't fit the layer or each other, or {@code diffSrc} shares memory
     *     with another
     * @throws IllegalStateException if this, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no implementation
     */
    public final void backwardData(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(diffDst, "diffDst");
        Objects.requireNonNull(diffSrc, "diffSrc");
        enter();
        try {
            Arguments.checkBackwardData(descriptor, weights, diffDst, diffSrc);
            Tensor.whileHeld(
                    diffDst,
                    diffSrc,
                    (from, to) -> Tensor.whileHeld(weights, to, (by, same) -> computeData(by, from, to)));
        } finally {
            exit();
        }
    }

    /**
     * Computes the gradients by the weights and, if asked for, by the bias. Weights that only ever meet padding get 0.
     *
     * @param src {@code [MB, IC, spatial…]}, of the layer's source's type, any layout, read
     * @param diffDst {@code [MB, OC, spatial…]}, of the layer's destination's type, any layout, read
     * @param diffWeights as the layer's weights, of their type or f32, any layout, overwritten
     * @param diffBias {@code [OC]}, f32, overwritten; {@code null} for none
     * @throws IllegalArgumentException if a tensor's dims or type don't fit the layer or each other, or a result shares memory with
     *     another tensor
     * @throws IllegalStateException if this, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no implementation
     */
    public final void backwardWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(diffDst, "diffDst");
        Objects.requireNonNull(diffWeights, "diffWeights");
        enter();
        try {
            Arguments.checkBackwardWeights(descriptor, src, diffDst, diffWeights, diffBias);
            Tensor fourth = diffBias == null ? diffWeights : diffBias;
            Tensor.whileHeld(
                    src,
                    diffDst,
                    (in, out) -> Tensor.whileHeld(
                            diffWeights, fourth, (weights, bias) -> computeWeights(in, out, weights, diffBias)));
        } finally {
            exit();
        }
    }

    /** Computes the gradient by the source; the tensors fit and are held. Called by many threads at once. */
    protected abstract void computeData(Tensor weights, Tensor diffDst, Tensor diffSrc);

    /** Computes the gradients by weights and bias; the tensors fit and are held. Called by many threads at once. */
    protected abstract void computeWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias);

    /**
     * Returns what computes the gradient by a source of the given dims, all tensors in the given layout.
     *
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     * @throws IllegalStateException if this or its engine is closed
     */
    public final Explanation explainBackwardData(Dims src, Layout layout) {
        enter();
        try {
            return explainData(new ConvolutionProblem(descriptor, src), layout);
        } finally {
            exit();
        }
    }

    /** Returns what computes the gradients by weights and bias, likewise. */
    public final Explanation explainBackwardWeights(Dims src, Layout layout) {
        enter();
        try {
            return explainWeights(new ConvolutionProblem(descriptor, src), layout);
        } finally {
            exit();
        }
    }

    /** Finds out what computes the gradient by the source. */
    protected abstract Explanation explainData(ConvolutionProblem problem, Layout layout);

    /** Finds out what computes the gradients by weights and bias. */
    protected abstract Explanation explainWeights(ConvolutionProblem problem, Layout layout);

    /** Returns the layer's description. */
    public final ConvolutionDescriptor descriptor() {
        return descriptor;
    }
}
