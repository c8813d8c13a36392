package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A third computation, to check the reference engine with: it scatters each source element into the outputs that it reaches, where
 * the reference gathers each output from the source. The two share no index arithmetic and no post-op formula.
 *
 * <p>Thread-safe. Always computes whole outputs, so it refuses problems of more than 2²⁸ multiply-adds by {@link
 * UnsupportedConvolutionException}.
 */
public final class ScatterWitness extends Engine {
    private static final double MOST_MULTIPLY_ADDS = 0x1p28;
    private static final long MOST_OUTPUTS = 1 << 26;

    /** Makes an open engine. */
    public ScatterWitness() {
        super("scatter", () -> {});
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return new Layer(this, descriptor, weights.toFloatArray(), bias == null ? new float[0] : bias.toFloatArray());
    }

    private static final class Layer extends Convolution implements Evaluator {
        private final float[] weights;
        private final float[] bias;

        Layer(Engine engine, ConvolutionDescriptor descriptor, float[] weights, float[] bias) {
            super(engine, descriptor, () -> {});
            this.weights = weights;
            this.bias = bias;
        }

        @Override
        protected void compute(Tensor src, Tensor dst) {
            double[] values = evaluate(src, dst).values();
            var rounded = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                rounded[i] = (float) values[i];
            }
            dst.copyFrom(rounded, Layout.CHANNELS_FIRST);
        }

        @Override
        public Evaluation evaluate(Tensor src, Tensor dst) {
            return evaluate(src, dst, LongStream.range(0, dst.dims().elements()).toArray());
        }

        @Override
        public Evaluation evaluate(Tensor src, Tensor dst, long[] outputs) {
            var problem = new ConvolutionProblem(descriptor(), src.dims());
            if (problem.multiplyAdds() > MOST_MULTIPLY_ADDS || dst.dims().elements() > MOST_OUTPUTS) {
                throw new UnsupportedConvolutionException("too large to be computed whole by the scattering witness, "
                        + "which does up to 2^28 multiply-adds; try a smaller minibatch: " + problem);
            }
            Scattering scattering = new Scattering(problem, weights, bias);
            scattering.scatter(src.toFloatArray());
            float[] before = descriptor().readsDestination() ? dst.toFloatArray() : new float[0];
            return scattering.evaluation(outputs, before);
        }

        @Override
        protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
            return new Explanation(problem.toString(), engine().name(), "direct", "java", 0, 0, List.of());
        }
    }
}
