package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;

/**
 * An implementation that oneDNN offers for a problem, with what a {@link KnownDefect} asks about it.
 *
 * @param implementation oneDNN's name, such as {@code jit_uni_ncsp:conv+brg_conv_fwd:avx512_core}
 * @param hasBias whether the layer has one
 * @param scratchpadBytes what the implementation asks for
 */
record Candidate(
        String implementation, ForwardShape shape, ConvolutionDescriptor layer, boolean hasBias, long scratchpadBytes) {

    boolean isBrgemm() {
        // The aarch64 port has the same lines; its defects are assumed, not seen.
        return implementation.contains("brg_conv_fwd") || implementation.contains("brgconv:sve");
    }

    boolean isBrgemm512() {
        return implementation.contains("brg_conv_fwd:avx512_core");
    }

    /** Whether something is done to the sums. */
    boolean finishes() {
        return hasBias || !layer.postOps().isEmpty();
    }

    boolean hasSum() {
        return layer.readsDestination();
    }

    /** Whether the output is one column with a window of one column. */
    boolean isOneColumn() {
        return shape.d().dst() == 1 && shape.w().dst() == 1 && shape.w().kernel() == 1;
    }

    /** Whether the implementation copies its source into a buffer of its own. */
    boolean copiesSource() {
        return isOneColumn()
                || (shape.inputsPerGroup() == 1
                        && (shape.w().kernel() > 1 || shape.h().kernel() > 1));
    }

    /** The larger of source and destination, of one image. */
    double imageBytes() {
        return Math.max(bytes(shape.src()), bytes(shape.dst())) / shape.minibatch();
    }

    double tensorBytes() {
        return bytes(shape.src()) + bytes(shape.dst()) + bytes(WeightsShape.dims(layer));
    }

    /** As a floating-point number, since extents that a problem may have can multiply to more than 2⁶³. */
    private static double bytes(long[] dims) {
        double product = Float.BYTES;
        for (long extent : dims) {
            product *= extent;
        }
        return product;
    }
}
