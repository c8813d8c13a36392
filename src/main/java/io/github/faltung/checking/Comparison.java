package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An engine's outputs beside the reference's.
 *
 * @param compared how many
 * @param mismatches how many were off by more than their bound
 * @param first the mismatch at the least position; {@code null} if there is none
 * @param worst the element with the largest error in units of its bound, right or wrong
 */
public record Comparison(
        long compared, long mismatches, @Nullable Deviation first, Deviation worst) implements Serializable {
    /**
     * Compares with {@code ==}, for data of which every partial sum is exact in f32.
     *
     * @param found the engine's elements, in the order of the sample
     */
    public static Comparison exact(Evaluation expected, OutputSample sample, float[] found) {
        return exact(expected, sample, widened(found));
    }

    /** The same with elements that were read in double precision. */
    static Comparison exact(Evaluation expected, OutputSample sample, double[] found) {
        double[] values = expected.values();
        var rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return of(rounded, new double[values.length], sample, found);
    }

    /**
     * Compares within the {@link ErrorBound}.
     *
     * @param chain the post-ops of the layer
     * @param found the engine's elements, in the order of the sample
     */
    public static Comparison bounded(List<PostOp> chain, Evaluation expected, OutputSample sample, float[] found) {
        return bounded(chain, expected, sample, widened(found));
    }

    /** The same with elements that were read in double precision. */
    static Comparison bounded(List<PostOp> chain, Evaluation expected, OutputSample sample, double[] found) {
        return of(expected.values(), ErrorBound.of(chain, expected), sample, found);
    }

    /**
     * Compares a layer's elements with {@code ==}, for data of which every step but the rounding to the destination's type is exact.
     *
     * @param found the engine's elements, in the order of the sample
     */
    public static Comparison exact(
            ConvolutionDescriptor layer, Evaluation expected, OutputSample sample, double[] found) {
        return of(Stored.exactly(layer, expected), new double[found.length], sample, found);
    }

    /**
     * Compares a layer's elements with what rounding allows, the last one to the destination's type included.
     *
     * @param found the engine's elements, in the order of the sample
     */
    public static Comparison bounded(
            ConvolutionDescriptor layer, Evaluation expected, OutputSample sample, double[] found) {
        return bounded(layer, expected, new double[expected.values().length], sample, found);
    }

    /** The same with elements that are floats. */
    public static Comparison bounded(
            ConvolutionDescriptor layer, Evaluation expected, OutputSample sample, float[] found) {
        return bounded(layer, expected, sample, widened(found));
    }

    /**
     * Compares a layer's elements where the sums may be off by more than their accumulation explains.
     *
     * @param inherited by how much more, before the post-ops
     * @param found in the order of the sample
     */
    static Comparison bounded(
            ConvolutionDescriptor layer, Evaluation expected, double[] inherited, OutputSample sample, double[] found) {
        return Stored.within(layer, expected, inherited).compare(sample, found);
    }

    /**
     * Compares a gradient's elements, exactly or within what rounding allows.
     *
     * @param layer whose gradient it is
     * @param lost how much more than its accumulation explains may be missing from each sum
     * @param gradient of which the sample's elements are compared
     */
    static Comparison ofGradient(
            ConvolutionDescriptor layer,
            boolean exact,
            Evaluation expected,
            double[] lost,
            OutputSample sample,
            Tensor gradient) {
        double[] found = SampledTensor.read(gradient, sample);
        if (exact) {
            double[] stored = Stored.exactly(gradient.dataType(), expected);
            return of(stored, new double[found.length], sample, found);
        }
        DataType factors =
                layer.types().src() == layer.types().dst() ? layer.types().src() : DataType.F32;
        return Stored.within(gradient.dataType(), factors, expected, lost).compare(sample, found);
    }

    /**
     * Compares a pooling's elements: maxima exactly, means within what rounding allows.
     *
     * @param found the engine's elements, in the order of the sample
     */
    public static Comparison pooled(PoolingProblem problem, Evaluation expected, OutputSample sample, float[] found) {
        return pooled(problem, expected, sample, widened(found));
    }

    /** The same with elements that were read in double precision. */
    static Comparison pooled(PoolingProblem problem, Evaluation expected, OutputSample sample, double[] found) {
        return PoolingError.compare(problem, expected, sample, found);
    }

    static Comparison of(double[] expected, double[] bounds, OutputSample sample, float[] found) {
        return of(expected, bounds, sample, widened(found));
    }

    private static double[] widened(float[] found) {
        var values = new double[found.length];
        for (int i = 0; i < found.length; i++) {
            values[i] = found[i];
        }
        return values;
    }

    /** Compares f32 elements with given bounds. */
    static Comparison of(double[] expected, double[] bounds, OutputSample sample, double[] found) {
        return of(DataType.F32, expected, bounds, sample, found);
    }

    /**
     * Compares with given bounds.
     *
     * @param type of the elements
     */
    static Comparison of(DataType type, double[] expected, double[] bounds, OutputSample sample, double[] found) {
        if (found.length != sample.size() || expected.length != sample.size()) {
            throw new IllegalArgumentException("there must be " + sample.size() + " elements to compare, but were "
                    + expected.length + " expected and " + found.length + " found");
        }
        long mismatches = 0;
        Deviation first = null;
        Deviation worst = new Deviation(sample.position(0), expected[0], found[0], bounds[0], type);
        for (int i = 0; i < found.length; i++) {
            if (found[i] == expected[i] && i > 0) {
                continue;
            }
            var deviation = new Deviation(sample.position(i), expected[i], found[i], bounds[i], type);
            if (deviation.ratio() > worst.ratio()) {
                worst = deviation;
            }
            if (deviation.isMismatch()) {
                mismatches++;
                first = first == null ? deviation : first;
            }
        }
        return new Comparison(found.length, mismatches, first, worst);
    }

    /** Returns whether all are right. */
    public boolean isMatch() {
        return mismatches == 0;
    }

    /** Returns the largest error in units of its bound. */
    public double worstRatio() {
        return worst.ratio();
    }

    /** Returns how many are wrong, and the first and the worst of them. */
    @Override
    public String toString() {
        return first == null
                ? compared + " outputs match, worst error / bound " + worstRatio()
                : mismatches + " of " + compared + " outputs differ, first at " + first + ", worst at " + worst;
    }
}
