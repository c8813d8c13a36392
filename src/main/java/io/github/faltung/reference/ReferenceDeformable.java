package io.github.faltung.reference;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.stream.LongStream;

/** A deformable layer of the reference engine. Has no state but its weights, so that any number of threads may call it. */
final class ReferenceDeformable extends DeformableConvolution implements DeformableEvaluator {
    private final float[] weights;
    private final float[] bias;

    ReferenceDeformable(ReferenceEngine engine, DeformableDescriptor descriptor, float[] weights, float[] bias) {
        super(engine, descriptor, () -> {});
        this.weights = weights;
        this.bias = bias;
    }

    @Override
    protected void compute(DeformableArguments arguments) {
        double[] values = evaluateChecked(arguments, all(arguments.dst())).values();
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        arguments.dst().copyFrom(rounded, Layout.CHANNELS_FIRST);
    }

    @Override
    public Evaluation evaluate(DeformableArguments arguments) {
        return evaluate(arguments, all(arguments.dst()));
    }

    @Override
    public Evaluation evaluate(DeformableArguments arguments, long[] outputs) {
        var result = new Evaluation[1];
        whileOpen(arguments, checked -> {
            for (long output : outputs) {
                if (output < 0 || output >= checked.dst().dims().elements()) {
                    throw new IllegalArgumentException("output position must be from 0 to less than "
                            + checked.dst().dims().elements() + ", but was " + output + ": " + descriptor());
                }
            }
            result[0] = evaluateChecked(checked, outputs);
        });
        return result[0];
    }

    private static long[] all(Tensor dst) {
        return LongStream.range(0, dst.dims().elements()).toArray();
    }

    private Evaluation evaluateChecked(DeformableArguments arguments, long[] outputs) {
        var problem = new DeformableProblem(descriptor(), arguments.src().dims());
        var forward = new ReferenceDeformableForward(problem, arguments, weights, bias, outputs.length);
        var sums = new double[outputs.length];
        var magnitudes = new double[outputs.length];
        var products = new long[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            forward.accumulate(outputs[i]);
            sums[i] = forward.sum();
            magnitudes[i] = forward.magnitude();
            products[i] = forward.products() == 0 ? 0 : forward.products() + ROUNDINGS;
        }
        List<PostOp> chain = descriptor().convolution().postOps();
        List<double[]> operands = ReferencePostOp.operands(descriptor().convolution(), arguments.dst(), outputs);
        return new Evaluation(magnitudes, products, ReferencePostOp.stages(chain, sums, operands), operands);
    }

    @Override
    protected Explanation explain(DeformableProblem problem, Layout layout) {
        return new Explanation(problem.toString(), engine().name(), "direct", "java", 0, 0, List.of());
    }
}
