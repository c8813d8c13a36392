package io.github.faltung.reference;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A layer of the reference engine. Has no state but its weights, guarded while they are replaced, so that any number of threads may call it. */
final class ReferenceConvolution extends Convolution implements Evaluator {
    private final float[] weights;
    private final float[] bias;

    ReferenceConvolution(ReferenceEngine engine, ConvolutionDescriptor descriptor, float[] weights, float[] bias) {
        super(engine, descriptor, () -> {});
        this.weights = weights;
        this.bias = bias;
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        double[] values = evaluateChecked(src, dst, all(dst)).values();
        Quantization quantization = descriptor().quantization();
        dst.copyFrom(DoubleStream.of(values).map(quantization::inDstUnits).toArray(), Layout.CHANNELS_FIRST);
    }

    @Override
    protected void replaceWeights(Tensor newWeights, @Nullable Tensor newBias) {
        newWeights.copyTo(weights, Layout.CHANNELS_FIRST);
        if (newBias != null) {
            newBias.copyTo(bias, Layout.CHANNELS_FIRST);
        }
    }

    @Override
    public Evaluation evaluate(Tensor src, Tensor dst) {
        return whileOpen(src, dst, ReferenceConvolution::all);
    }

    @Override
    public Evaluation evaluate(Tensor src, Tensor dst, long[] outputs) {
        return whileOpen(src, dst, out -> within(out, outputs, descriptor()));
    }

    /** Returns the positions, all of which must be within the output. */
    static long[] within(Tensor dst, long[] outputs, Object layer) {
        for (long output : outputs) {
            if (output < 0 || output >= dst.dims().elements()) {
                throw new IllegalArgumentException("output position must be from 0 to less than "
                        + dst.dims().elements() + ", but was " + output + ": " + layer);
            }
        }
        return outputs;
    }

    private Evaluation whileOpen(Tensor src, Tensor dst, Function<Tensor, long[]> outputs) {
        var result = new Evaluation[1];
        whileOpen(src, dst, (in, out) -> result[0] = evaluateChecked(in, out, outputs.apply(out)));
        return result[0];
    }

    private static long[] all(Tensor dst) {
        return LongStream.range(0, dst.dims().elements()).toArray();
    }

    private Evaluation evaluateChecked(Tensor src, Tensor dst, long[] outputs) {
        var problem = new ConvolutionProblem(descriptor(), src.dims());
        double reads = problem.multiplyAdds() / dst.dims().elements() * outputs.length;
        var forward = new ReferenceForward(problem, Elements.of(src, reads), weights, bias);
        var sums = new double[outputs.length];
        var magnitudes = new double[outputs.length];
        var products = new long[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            forward.accumulate(outputs[i]);
            sums[i] = forward.sum();
            magnitudes[i] = forward.magnitude();
            products[i] = forward.products();
        }
        List<double[]> operands = ReferencePostOp.operands(descriptor(), dst, outputs);
        List<double[]> stages = ReferencePostOp.stages(descriptor().postOps(), sums, operands);
        return new Evaluation(magnitudes, products, stages, operands);
    }

    @Override
    protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
        return new Explanation(problem.toString(), engine().name(), "direct", "java", 0, 0, List.of());
    }
}
