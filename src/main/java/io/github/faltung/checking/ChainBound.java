package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionLink;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingLink;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a chain's outputs may lie from the reference's if every layer is right.
 *
 * <p>With x the reference's input of a layer and b the bound of what an engine has there instead, a sum of n products inherits
 *
 * <pre>|Σx̂·w − Σx·w| ≤ Σ|w|·b, of which its own roundings make at most (1 + γₙ₊₂)·Σ|w|·b</pre>
 *
 * <p>a convolution of b with |w|, which the reference computes: γₙ₊₂ in place of γₙ₊₁ covers that computation. A maximum inherits the
 * largest b of its window, a mean the mean of b with its roundings, a sum adds the bound of the value that it adds. What each layer adds
 * of its own is its {@link ErrorBound}; from the sum on, that tells what post-ops make of both. Values pass from layer to layer in f32,
 * which the reference's own rounding is added for. (Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd edition, §3.1,
 * layer by layer.)
 *
 * @param chain of convolutions and poolings
 * @param parameters tensors of {@link SequentialDescriptor#parameterDims}, f32, read
 */
public record ChainBound(SequentialDescriptor chain, List<Tensor> parameters) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a value of the chain is not f32
     */
    public ChainBound {
        for (int value = 0; value <= chain.links().size(); value++) {
            if (chain.valueType(value) != DataType.F32) {
                throw new IllegalArgumentException(
                        "value " + value + " must be f32, but was " + chain.valueType(value) + ": " + chain);
            }
        }
        parameters = List.copyOf(parameters);
    }

    /**
     * Compares what a chain has computed with what the layers give on a reference engine.
     *
     * @param reference its layers must be {@link io.github.faltung.convolution.Evaluator}s
     * @param src what the chain was given
     * @param found its output, channels first
     * @throws IllegalArgumentException if the chain can't be applied to {@code src}, or a layer is neither convolution nor pooling
     */
    public Comparison compare(Engine reference, Tensor src, float[] found) {
        ChainValue expected = evaluate(reference, src);
        return compare(expected, found);
    }

    static Comparison compare(ChainValue expected, float[] found) {
        OutputSample all = OutputSample.of(expected.dims(), Long.MAX_VALUE, 0);
        return Comparison.of(expected.values(), expected.bounds(), all, found);
    }

    /** Evaluates the output. */
    ChainValue evaluate(Engine reference, Tensor src) {
        List<Dims> dims = chain.valueDims(src.dims());
        float[] pixels = src.toFloatArray();
        var values = new ArrayList<ChainValue>();
        values.add(new ChainValue(src.dims(), ChainValue.exactly(pixels), new double[pixels.length]));
        int next = 0;
        for (int i = 0; i < chain.links().size(); i++) {
            Link link = chain.links().get(i);
            int end = next + link.parameterDims().size();
            int skip = chain.skips().get(i);
            if (link instanceof PoolingLink pooling) {
                values.add(pooled(reference, pooling.layer(), values.get(i), dims.get(i + 1)));
            } else {
                // Where there is no skip, nothing reads it.
                ChainValue added = values.get(Math.max(0, skip));
                values.add(convolved(
                        reference,
                        convolution(link),
                        parameters.subList(next, end),
                        values.get(i),
                        added,
                        dims.get(i + 1)));
            }
            next = end;
        }
        return values.get(values.size() - 1);
    }

    static ConvolutionLink convolution(Link link) {
        if (link instanceof ConvolutionLink convolution) {
            return convolution;
        }
        throw new IllegalArgumentException("chain must be of convolutions and poolings, but was of " + link.name());
    }

    private static ChainValue convolved(
            Engine reference,
            ConvolutionLink link,
            List<Tensor> parameters,
            ChainValue src,
            ChainValue added,
            Dims dstDims) {
        ConvolutionDescriptor layer = link.layer();
        boolean adds = layer.readsDestination();
        try (Tensor in = Tensor.of(src.rounded(), src.dims());
                Tensor dst = adds ? Tensor.of(added.rounded(), dstDims) : Tensor.allocate(dstDims);
                Convolution expected =
                        reference.convolution(layer, parameters.get(0), link.hasBias() ? parameters.get(1) : null)) {
            Evaluation evaluation = CheckedEngine.evaluator(expected).evaluate(in, dst);
            double[] inherited = inherited(reference, layer, parameters.get(0), src, dstDims);
            double[] ofParts = ErrorBound.ofParts(layer.precision(), evaluation);
            for (int i = 0; i < inherited.length; i++) {
                inherited[i] *= 1 + ErrorBound.gamma(evaluation.products()[i] + 2, ErrorBound.FLOAT_ROUNDOFF);
                boolean mayOverflow = !(evaluation.magnitudes()[i] + inherited[i] <= Float.MAX_VALUE);
                inherited[i] = mayOverflow ? Double.POSITIVE_INFINITY : inherited[i] + ofParts[i];
            }
            double[] ofAdded = adds ? ChainValue.exactly(added.boundsOfRounded()) : new double[0];
            double[] bounds = ErrorBound.of(layer.postOps(), evaluation, inherited, ofAdded);
            return new ChainValue(dstDims, evaluation.values(), bounds);
        }
    }

    /** Σ|w|·b. */
    private static double[] inherited(
            Engine reference, ConvolutionDescriptor layer, Tensor weights, ChainValue src, Dims dstDims) {
        float[] sizes = weights.toFloatArray();
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.abs(sizes[i]);
        }
        try (Tensor magnitudes = Tensor.of(sizes, weights.dims());
                Tensor bounds = Tensor.of(src.boundsOfRounded(), src.dims());
                Tensor dst = Tensor.allocate(dstDims);
                Convolution spread = reference.convolution(layer.withPostOps(List.of()), magnitudes)) {
            return CheckedEngine.evaluator(spread)
                    .evaluate(bounds, dst)
                    .values()
                    .clone();
        }
    }

    private static ChainValue pooled(Engine reference, PoolingDescriptor layer, ChainValue src, Dims dstDims) {
        try (Tensor in = Tensor.of(src.rounded(), src.dims());
                Tensor bounds = Tensor.of(src.boundsOfRounded(), src.dims());
                Tensor dst = Tensor.allocate(dstDims);
                Pooling expected = reference.pooling(layer)) {
            Evaluation evaluation = CheckedEngine.evaluator(expected).evaluate(in, dst);
            double[] inherited = CheckedEngine.evaluator(expected)
                    .evaluate(bounds, dst)
                    .values()
                    .clone();
            if (layer.kind() == PoolingDescriptor.Kind.AVERAGE) {
                double[] own = PoolingError.bounds(new PoolingProblem(layer, src.dims()), evaluation);
                for (int i = 0; i < inherited.length; i++) {
                    double growth = ErrorBound.gamma(evaluation.products()[i] + 2, ErrorBound.FLOAT_ROUNDOFF);
                    inherited[i] = own[i] + inherited[i] * (1 + growth);
                }
            }
            return new ChainValue(dstDims, evaluation.values(), inherited);
        }
    }
}
