package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import java.util.List;

/**
 * What a layer's destination may hold if it is right: the {@link ErrorBound} carried through the rounding to the destination's type.
 *
 * <p>Rounding is monotone. If an engine's number before it lies in [v − b, v + b], what it stores lies between round(v − b) and
 * round(v + b). Where these are the same, that is what it must store; this is so of all integers but those next to a tie.
 *
 * <p><b>The sum.</b> Products of bf16 or f16 numbers are exact in f32, so those layers have f32's bound, except that instructions for
 * bf16 take f32's subnormal numbers for 0. A sum of 8-bit products is exact; what is rounded is the sum, the scale, their product and
 * the bias's addition.
 */
final class Stored {
    /** Roundings between an exact sum and the first post-op, less the one that {@link ErrorBound} counts for a bias. */
    private static final long SUM_ROUNDINGS = 3;

    /** Roundings from the last post-op to a destination of 8 bits: the reciprocal of the scale, its product, the zero point's addition. */
    private static final long DESTINATION_ROUNDINGS = 3;

    /** The largest f32 that s32 holds. */
    private static final double LARGEST_FLOAT = 0x1p31 - 128;

    private final DataType type;
    private final double[] values;
    private final double[] bounds;

    private Stored(DataType type, double[] values, double[] bounds) {
        this.type = type;
        this.values = values;
        this.bounds = bounds;
    }

    /** Compares what an engine has stored, in the order of the sample. */
    Comparison compare(OutputSample sample, double[] found) {
        return Comparison.of(type, values, bounds, sample, found);
    }

    /** Returns what must be stored, where that is certain; else the number before rounding. */
    double[] values() {
        return values;
    }

    /** Returns 0, or how far that number may lie from what is stored. */
    double[] bounds() {
        return bounds;
    }

    /** Returns what must be stored if every step is exact. */
    static double[] exactly(ConvolutionDescriptor layer, Evaluation evaluation) {
        var values = new double[evaluation.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = round(
                    layer.types().dst(),
                    layer.quantization().inDstUnits(evaluation.values()[i]));
        }
        return values;
    }

    /**
     * Returns what may be stored.
     *
     * @param inherited by how much more than its accumulation explains a sum may be off
     */
    static Stored within(ConvolutionDescriptor layer, Evaluation evaluation, double[] inherited) {
        double[] bounds = sumBounds(layer, evaluation, inherited);
        if (layer.types().isAllF32()) {
            return new Stored(DataType.F32, evaluation.values(), bounds); // its last operation is the rounding
        }
        Quantization quantization = layer.quantization();
        boolean scaled = layer.types().isInteger() && layer.types().dst() != DataType.F32;
        var values = new double[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            double value = quantization.inDstUnits(evaluation.values()[i]);
            double bound = bounds[i] / quantization.dstScale();
            if (scaled) {
                double size = Math.abs(value) + bound + 2.0 * Math.abs(quantization.dstZeroPoint());
                bound += ErrorBound.gamma(DESTINATION_ROUNDINGS, ErrorBound.FLOAT_ROUNDOFF) * size;
            }
            values[i] = value;
            bounds[i] = bound;
        }
        return rounded(layer.types().dst(), values, bounds);
    }

    /** Returns what may be stored of numbers that are known within bounds. */
    static Stored rounded(DataType type, double[] numbers, double[] within) {
        var values = new double[numbers.length];
        var bounds = new double[numbers.length];
        for (int i = 0; i < bounds.length; i++) {
            double least = round(type, numbers[i] - within[i]);
            double most = round(type, numbers[i] + within[i]);
            boolean isCertain = least == most && within[i] < Double.POSITIVE_INFINITY;
            values[i] = isCertain ? least : numbers[i];
            bounds[i] =
                    isCertain ? 0 : Math.max(reach(numbers[i] - least, within[i]), reach(most - numbers[i], within[i]));
            if (type == DataType.S32 && most > LARGEST_FLOAT) {
                values[i] = most;
                bounds[i] = most - Math.min(least, LARGEST_FLOAT); // engines may saturate there
            }
        }
        return new Stored(type, values, bounds);
    }

    /** That a number may round to an infinity says nothing of what else is stored of it. */
    private static double reach(double rounded, double within) {
        return Double.isFinite(rounded) ? rounded : within;
    }

    /** Returns what a gradient of a type must hold if its sum is exact. */
    static double[] exactly(DataType gradient, Evaluation evaluation) {
        var values = new double[evaluation.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = gradient.round(evaluation.values()[i]);
        }
        return values;
    }

    /**
     * Returns what a gradient of a type may hold.
     *
     * @param factors of which type the numbers are that are multiplied, if both are of the same; else f32
     * @param inherited by how much more than its accumulation explains a sum may be off
     */
    static Stored within(DataType gradient, DataType factors, Evaluation evaluation, double[] inherited) {
        double[] lost = flushed(factors, evaluation);
        for (int i = 0; i < lost.length; i++) {
            lost[i] += inherited[i];
        }
        double[] bounds = ErrorBound.of(List.of(), evaluation, lost);
        return gradient == DataType.F32 // of which the last operation is the rounding
                ? new Stored(DataType.F32, evaluation.values(), bounds)
                : rounded(gradient, evaluation.values(), bounds);
    }

    /** What is lost where instructions take subnormal products for 0; of subnormal factors {@link Bf16Losses} tells. */
    private static double[] flushed(DataType factors, Evaluation evaluation) {
        long[] products = evaluation.products();
        var lost = new double[products.length];
        if (factors == DataType.BF16) {
            for (int i = 0; i < lost.length; i++) {
                lost[i] = products[i] * (double) Float.MIN_NORMAL;
            }
        }
        return lost;
    }

    private static double[] sumBounds(ConvolutionDescriptor layer, Evaluation evaluation, double[] known) {
        double[] lost = flushed(layer.types().src(), evaluation);
        double[] ofParts = ErrorBound.ofParts(layer.precision(), evaluation);
        for (int i = 0; i < lost.length; i++) {
            lost[i] += known[i] + ofParts[i];
        }
        return layer.types().isInteger()
                ? ErrorBound.of(layer.postOps(), scaledSums(evaluation), lost, ofPrevious(layer, evaluation))
                : ErrorBound.of(layer.postOps(), evaluation, lost);
    }

    /** A sum's scale is multiplied by the destination's, which is rounded: as if what the destination held were off by that. */
    private static double[] ofPrevious(ConvolutionDescriptor layer, Evaluation evaluation) {
        var bounds = new double[evaluation.products().length];
        for (int postOp = 0; postOp < layer.postOps().size(); postOp++) {
            for (int i = 0; i < bounds.length && layer.postOps().get(postOp) instanceof PostOp.Sum; i++) {
                bounds[i] = ErrorBound.FLOAT_ROUNDOFF * Math.abs(evaluation.operand(postOp, i));
            }
        }
        return bounds;
    }

    /** The same numbers, but where there were products, as many as there are roundings. */
    private static Evaluation scaledSums(Evaluation evaluation) {
        long[] roundings = evaluation.products().clone();
        for (int i = 0; i < roundings.length; i++) {
            roundings[i] = roundings[i] == 0 ? 0 : SUM_ROUNDINGS;
        }
        return evaluation.withProducts(roundings);
    }

    private static double round(DataType type, double value) {
        return type.round(value);
    }
}
