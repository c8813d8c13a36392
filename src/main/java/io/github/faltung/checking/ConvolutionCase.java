package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with data, of the types that the descriptor says.
 *
 * <p><b>Integers.</b> An s32 output of unit scales without a bias and without post-ops is the sum itself, and must be exact. An output of 8 bits
 * may differ by one step where what is rounded lies so near to half-way between two integers that f32 arithmetic may see it on either side, and
 * nowhere else; see {@link Quantization}. ONNX adds the destination's zero point after rounding instead of before, which
 * makes a difference at such places only.
 *
 * <p>Whoever computed {@code expected} for integers may have had the bias as an s32 in units of the sum (ONNX QLinearConv). As an f32 it is off by one
 * rounding, and scaling it took them one rounding more than an f32 that is no part of a sum needs; so much more is allowed there.
 *
 * @param name what results are reported under
 * @param src {@code [MB, IC, spatial…]}
 * @param weights as the descriptor has them
 * @param bias {@code [OC]}, f32; {@code null} for none
 * @param expected {@code [MB, OC, spatial…]}; {@code null} if nobody computed it
 */
public record ConvolutionCase(
        String name,
        ConvolutionDescriptor descriptor,
        Tensor src,
        Tensor weights,
        @Nullable Tensor bias,
        @Nullable Tensor expected)
        implements Case {

    /** The integers up to here are floats. */
    private ConvolutionProblem problem() {
        return new ConvolutionProblem(descriptor, src.dims());
    }

    @Override
    public Dims dstDims() {
        return problem().dstDims();
    }

    @Override
    public DataType dstType() {
        return descriptor.types().dst();
    }

    @Override
    public String line() {
        return problem().toString();
    }

    @Override
    public long products() {
        return Taps.of(descriptor).count();
    }

    @Override
    public Evaluation evaluate(Engine reference, Tensor in, Tensor dst, long[] outputs) {
        try (Convolution layer = reference.convolution(descriptor, weights, bias)) {
            return CheckedEngine.evaluator(layer).evaluate(in, dst, outputs);
        }
    }

    @Override
    public String forward(Engine engine, Tensor in, Tensor dst, Arrangement arrangement) {
        try (Convolution layer = engine.convolution(descriptor, weights, bias)) {
            layer.forward(in, dst);
            return layer.explain(in.dims(), arrangement.src()).implementation();
        }
    }

    @Override
    public Comparison compare(Evaluation exact, OutputSample sample, double[] found) {
        return descriptor.isIntegerSum(bias != null)
                ? Comparison.exact(descriptor, exact, sample, found)
                : Comparison.bounded(descriptor, exact, sample, found);
    }

    @Override
    public Comparison compareExpected(Evaluation exact, OutputSample sample, double[] published) {
        if (descriptor.isIntegerSum(bias != null)) {
            return Comparison.exact(descriptor, exact, sample, published);
        }
        if (bias == null || !descriptor.types().isInteger()) {
            return compare(exact, sample, published);
        }
        float[] values = bias.toFloatArray();
        Dims dst = dstDims();
        long area = dst.elements() / dst.get(0) / values.length;
        double roundings = ErrorBound.gamma(2, ErrorBound.FLOAT_ROUNDOFF);
        var inherited = new double[sample.size()];
        for (int i = 0; i < inherited.length; i++) {
            int channel = (int) (sample.position(i) / area % values.length);
            inherited[i] = roundings * Math.abs(values[channel]) + ErrorBound.UNDERFLOW;
        }
        return Comparison.bounded(descriptor, exact, inherited, sample, published);
    }
}
