package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolution as a product of matrices, in double precision: {@code y = W · im2col(x)}, and a transposed layer as {@code y = col2im(Wᵀ ·
 * x)}. One more witness that shares no index arithmetic with the reference, and the formulation that most libraries began with.
 *
 * <p>Thread-safe. The columns of one group of an image may have up to 2²⁴ elements; a larger problem is refused by {@link
 * UnsupportedConvolutionException}.
 */
public final class Im2colWitness extends Engine {
    private static final double MOST_COLUMN_ELEMENTS = 0x1p24;

    /** Makes an open engine. */
    public Im2colWitness() {
        super("im2col", () -> {});
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return new Layer(this, descriptor, weights.toFloatArray(), bias == null ? new float[0] : bias.toFloatArray());
    }

    private static final class Layer extends Convolution {
        private final float[] weights;
        private final float[] bias;

        Layer(Engine engine, ConvolutionDescriptor descriptor, float[] weights, float[] bias) {
            super(engine, descriptor, () -> {});
            this.weights = weights;
            this.bias = bias;
        }

        @Override
        protected void compute(Tensor src, Tensor dst) {
            var problem = new ConvolutionProblem(descriptor(), src.dims());
            requireSmall(problem);
            double[] values = linear(problem, src.toFloatArray());
            double[] previous = descriptor().readsDestination() ? doubles(dst.toFloatArray()) : new double[0];
            int volume = values.length / problem.minibatch() / descriptor().outputChannels();
            for (int i = 0; bias.length > 0 && i < values.length; i++) {
                values[i] += bias[i / volume % bias.length];
            }
            for (PostOp postOp : descriptor().postOps()) {
                values = WitnessPostOp.apply(
                        postOp,
                        values,
                        postOp instanceof PostOp.PerChannel constant
                                ? WitnessPostOp.ofChannels(
                                        constant, descriptor().outputChannels(), volume, values.length)
                                : previous);
            }
            var rounded = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                rounded[i] = (float) values[i];
            }
            dst.copyFrom(rounded, Layout.CHANNELS_FIRST);
        }

        private static void requireSmall(ConvolutionProblem problem) {
            ConvolutionDescriptor layer = problem.descriptor();
            long outputs = layer.transposed() ? layer.inputChannels() : layer.outputChannels();
            double columns = problem.multiplyAdds() / problem.minibatch() / outputs;
            if (columns > MOST_COLUMN_ELEMENTS || problem.dstDims().elements() > MOST_COLUMN_ELEMENTS) {
                throw new UnsupportedConvolutionException(String.format(
                        "too large for the im2col witness, whose columns may have 2^24 elements, but would have %.0f: "
                                + "%s",
                        columns, problem));
            }
        }

        private static double[] doubles(float[] values) {
            var wide = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                wide[i] = values[i];
            }
            return wide;
        }

        private double[] linear(ConvolutionProblem problem, float[] src) {
            int groups = descriptor().groups();
            int inputs = descriptor().inputChannels() / groups;
            int outputs = descriptor().outputChannels() / groups;
            var unfolding = new Unfolding(problem);
            var dst = new double[Math.toIntExact(problem.dstDims().elements())];
            for (int block = 0; block < problem.minibatch() * groups; block++) {
                int firstWeight = block % groups * inputs * outputs * unfolding.taps();
                if (descriptor().transposed()) {
                    unfolding.fold(
                            spread(unfolding, src, block * inputs, inputs, outputs, firstWeight), dst, block * outputs);
                } else {
                    double[] columns = unfolding.unfold(src, block * inputs, inputs);
                    multiply(unfolding, columns, dst, block * outputs, outputs, firstWeight);
                }
            }
            return dst;
        }

        /** {@code dst = W · columns}, W being {@code [outputs, inputs·taps]}. */
        private void multiply(
                Unfolding unfolding, double[] columns, double[] dst, int firstOutput, int outputs, int firstWeight) {
            int windows = unfolding.windows();
            int depth = columns.length / windows;
            for (int o = 0; o < outputs; o++) {
                for (int row = 0; row < depth; row++) {
                    double weight = weights[firstWeight + o * depth + row];
                    for (int window = 0; window < windows; window++) {
                        dst[(firstOutput + o) * windows + window] += weight * columns[row * windows + window];
                    }
                }
            }
        }

        /** {@code Wᵀ · src}, W being {@code [inputs, outputs·taps]}. */
        private double[] spread(
                Unfolding unfolding, float[] src, int firstInput, int inputs, int outputs, int firstWeight) {
            int windows = unfolding.windows();
            int height = outputs * unfolding.taps();
            var columns = new double[height * windows];
            for (int i = 0; i < inputs; i++) {
                for (int row = 0; row < height; row++) {
                    double weight = weights[firstWeight + i * height + row];
                    for (int window = 0; window < windows; window++) {
                        columns[row * windows + window] += weight * src[(firstInput + i) * windows + window];
                    }
                }
            }
            return columns;
        }

        @Override
        protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
            return new Explanation(problem.toString(), engine().name(), "im2col", "java", 0, 0, List.of());
        }
    }
}
