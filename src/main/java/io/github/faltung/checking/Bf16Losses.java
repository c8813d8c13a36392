package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Precision;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a layer's sums may lose because instructions that multiply bf16 numbers take subnormal ones for 0, and because numbers beyond the
 * largest of bf16 have no parts of it but infinities. {@link Stored} allows for products that are subnormal; this is for factors: with x
 * subnormal x·w may be missing, however large w is, and that is less than 2⁻¹²⁶·|w|.
 *
 * <p>So each number that may be lost is replaced by 1, what may become infinite by ∞, all others by 0: the sum of |x·w| with such marks for
 * the sources, and that for the weights, tell how much may be missing. Nearly always there are no such numbers, and nothing is computed.
 */
final class Bf16Losses implements AutoCloseable {
    /** Of f32 numbers from here on each of the 24 bits is a normal number, and so is each part, however little is left for it. */
    private static final double LEAST_OF_NORMAL_PARTS = Math.scalb(Float.MIN_NORMAL, 23);

    private final Engine reference;
    private final ConvolutionDescriptor layer;
    private final Evaluator expected;
    private @Nullable Convolution ofWeights;

    /**
     * Prepares what is to know of the weights.
     *
     * @param expected the reference's layer
     * @param weights the layer's, read
     */
    Bf16Losses(Engine reference, ConvolutionDescriptor layer, Evaluator expected, Tensor weights) {
        this.reference = reference;
        this.layer = layer;
        this.expected = expected;
        updateWeights(weights);
    }

    /** Takes other weights, which are read. */
    void updateWeights(Tensor weights) {
        close();
        if (concerns(layer)) {
            marks(layer, weights).ifPresent(marks -> {
                try (marks) {
                    ofWeights = reference.convolution(layer.withPostOps(List.of()), marks, null);
                }
            });
        }
    }

    /**
     * Returns what may be missing from each sum.
     *
     * @param src the layer's, read
     * @param dst the layer's, of which only the extents count
     * @param outputs which elements
     */
    double[] of(Tensor src, Tensor dst, long[] outputs) {
        var lost = new double[outputs.length];
        if (concerns(layer)) {
            marks(layer, src).ifPresent(marks -> {
                try (marks) {
                    add(lost, layer, expected.evaluate(marks, dst, outputs));
                }
            });
            if (ofWeights != null) {
                add(lost, layer, CheckedEngine.evaluator(ofWeights).evaluate(src, dst, outputs));
            }
        }
        return lost;
    }

    /**
     * Returns what may be missing from each sum of products of two tensors, as gradients are.
     *
     * @param count of how many sums
     * @param sums evaluates them of the first and the second
     */
    static double[] ofGradient(
            ConvolutionDescriptor layer,
            Tensor first,
            Tensor second,
            int count,
            BiFunction<Tensor, Tensor, Evaluation> sums) {
        var lost = new double[count];
        if (layer.types().src() == DataType.BF16) {
            marks(layer, first).ifPresent(marks -> {
                try (marks) {
                    add(lost, layer, sums.apply(marks, second));
                }
            });
            marks(layer, second).ifPresent(marks -> {
                try (marks) {
                    add(lost, layer, sums.apply(first, marks));
                }
            });
        }
        return lost;
    }

    @Override
    public void close() {
        if (ofWeights != null) {
            ofWeights.close();
            ofWeights = null;
        }
    }

    /** Whether a layer may be computed by such instructions. */
    private static boolean concerns(ConvolutionDescriptor layer) {
        return layer.types().src() == DataType.BF16 || layer.precision() != Precision.STRICT;
    }

    /** Returns marks for the numbers of a tensor; empty if all may be taken as they are. */
    private static Optional<Tensor> marks(ConvolutionDescriptor layer, Tensor numbers) {
        double least = layer.precision().parts() == 1 ? Float.MIN_NORMAL : LEAST_OF_NORMAL_PARTS;
        float[] marks = numbers.toFloatArray();
        boolean found = false;
        for (int i = 0; i < marks.length; i++) {
            double size = Math.abs((double) marks[i]);
            boolean infinite = Double.isInfinite(DataType.BF16.round(size)) && size <= Float.MAX_VALUE;
            marks[i] = infinite ? Float.POSITIVE_INFINITY : size > 0 && size < least ? 1 : 0;
            found |= marks[i] != 0;
        }
        return found ? Optional.of(stored(marks, numbers)) : Optional.empty();
    }

    private static Tensor stored(float[] marks, Tensor like) {
        Tensor result = Tensor.allocate(like.dataType(), like.dims(), Layout.CHANNELS_FIRST);
        result.copyFrom(marks, Layout.CHANNELS_FIRST);
        return result;
    }

    /** Adds what sums of marked numbers tell. */
    private static void add(double[] lost, ConvolutionDescriptor layer, Evaluation marked) {
        for (int i = 0; i < lost.length; i++) {
            double most = marked.magnitudes()[i] * layer.precision().products() * Float.MIN_NORMAL;
            lost[i] += Double.isFinite(most) ? most : Double.POSITIVE_INFINITY;
        }
    }
}
