package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.SpatiallySeparable;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far two one-dimensional passes in f32 may lie from the standard layer with weights w.
 *
 * <p>With columns v and rows h, and ŵ = Σⱼ vⱼ·hⱼ in real arithmetic, the first pass makes tⱼ = Σ x·vⱼ of n₁ products, the second Σⱼ
 * tⱼ·hⱼ + bias of n₂. Each product x·v·h takes part in at most n₁ + n₂ + 1 roundings, so
 *
 * <pre>|ŷ − y| ≤ γₙ₁₊ₙ₂₊₁ · (Σ|x|·Σⱼ|vⱼ|·|hⱼ| + |bias|) + Σ|x|·|w − ŵ|</pre>
 *
 * <p>and what underflows. Both sums are convolutions of |x| and are computed by the reference, with kernels that are rounded up. From
 * there on {@link ErrorBound} says what the post-ops make of it.
 *
 * @param layer the passes, whose standard layer has no sum
 * @param weights w, of the standard layer, read
 * @param vertical v, {@code [G·rank, IC/G, kh, 1]}, read
 * @param horizontal h, {@code [OC, rank, 1, kw]}, read
 * @param bias of the standard layer, {@code null} for none
 */
public record SeparableBound(
        SpatiallySeparable layer,
        Tensor weights,
        Tensor vertical,
        Tensor horizontal,
        @Nullable Tensor bias) {

    /**
     * Compares what the passes have computed with the standard layer on a reference engine.
     *
     * @param src what they were given
     * @param found their output, channels first
     */
    public Comparison compare(Engine reference, Tensor src, float[] found) {
        ConvolutionDescriptor standard = layer.standard();
        try (Convolution expected = reference.convolution(standard, weights, bias);
                Tensor dst = Tensor.allocate(new ConvolutionProblem(standard, src.dims()).dstDims())) {
            Evaluation evaluation = CheckedEngine.evaluator(expected).evaluate(src, dst);
            double[] inherited = inherited(reference, src, dst);
            double[] bounds = ErrorBound.of(standard.postOps(), evaluation, inherited);
            return Comparison.of(evaluation.values(), bounds, OutputSample.of(dst.dims(), Long.MAX_VALUE, 0), found);
        }
    }

    private double[] inherited(Engine reference, Tensor src, Tensor dst) {
        ConvolutionDescriptor standard = layer.standard();
        var magnitudes = new float[Math.toIntExact(weights.dims().elements())];
        var differences = new float[magnitudes.length];
        double rows = kernels(magnitudes, differences);
        double[] spread = convolved(reference, src, magnitudes);
        double[] missing = convolved(reference, src, differences);
        long first =
                layer.vertical().weightsDims().elements() / layer.vertical().outputChannels();
        long second = layer.horizontal().weightsDims().elements() / standard.outputChannels();
        double growth = ErrorBound.gamma(first + second + 1, ErrorBound.FLOAT_ROUNDOFF);
        double underflow = 2 * ErrorBound.UNDERFLOW * (first * rows + second);
        float[] biases = bias == null ? new float[standard.outputChannels()] : bias.toFloatArray();
        long volume = dst.dims().elements() / dst.dims().get(0) / dst.dims().get(1);
        for (int i = 0; i < spread.length; i++) {
            double term = spread[i] + Math.abs(biases[(int) (i / volume % biases.length)]);
            spread[i] = term > Float.MAX_VALUE ? Double.POSITIVE_INFINITY : growth * term + missing[i] + underflow;
        }
        return spread;
    }

    /** Fills in Σ|v|·|h| and |w − Σv·h|, rounded up, and returns the largest Σ|h| of an output channel. */
    private double kernels(float[] magnitudes, float[] differences) {
        ConvolutionDescriptor standard = layer.standard();
        float[] w = weights.toFloatArray();
        float[] columns = vertical.toFloatArray();
        float[] rows = horizontal.toFloatArray();
        int kh = standard.kernel().get(0);
        int kw = standard.kernel().get(1);
        int inputs = standard.inputChannels() / standard.groups();
        int outputs = standard.outputChannels() / standard.groups();
        int rank = layer.rank();
        var rowSums = new double[standard.outputChannels()];
        for (int i = 0; i < rows.length; i++) {
            rowSums[i / (rank * kw)] += Math.abs(rows[i]);
        }
        for (int i = 0; i < w.length; i++) {
            int oc = i / (inputs * kh * kw);
            int column = i / kw % (inputs * kh);
            double product = 0;
            double magnitude = 0;
            for (int j = 0; j < rank; j++) {
                double v = columns[(oc / outputs * rank + j) * inputs * kh + column];
                double h = rows[(oc * rank + j) * kw + i % kw];
                product += v * h;
                magnitude += Math.abs(v * h);
            }
            double own = ErrorBound.gamma(rank + 1, ErrorBound.DOUBLE_ROUNDOFF) * (magnitude + Math.abs(w[i]));
            magnitudes[i] = Math.nextUp((float) (magnitude + own));
            differences[i] = Math.nextUp((float) (Math.abs(w[i] - product) + own));
        }
        double most = 0;
        for (double sum : rowSums) {
            most = Math.max(most, sum);
        }
        return most;
    }

    /** The standard layer without bias and post-ops, of |x|. */
    private double[] convolved(Engine reference, Tensor src, float[] kernel) {
        ConvolutionDescriptor linear = layer.standard().withPostOps(List.of());
        float[] sizes = src.toFloatArray();
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.abs(sizes[i]);
        }
        try (Tensor weightTensor = Tensor.of(kernel, weights.dims(), Layout.CHANNELS_FIRST);
                Tensor in = Tensor.of(sizes, src.dims());
                Convolution conv = reference.convolution(linear, weightTensor);
                Tensor out = Tensor.allocate(new ConvolutionProblem(linear, src.dims()).dstDims())) {
            return CheckedEngine.evaluator(conv).evaluate(in, out).values();
        }
    }
}
