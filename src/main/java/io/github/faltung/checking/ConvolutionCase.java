package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A convolution with data.
 *
 * @param name what results are reported under
 * @param src {@code [MB, IC, spatial…]}
 * @param weights as the descriptor has them
 * @param bias {@code [OC]}; {@code null} for none
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

    private ConvolutionProblem problem() {
        return new ConvolutionProblem(descriptor, src.dims());
    }

    @Override
    public Dims dstDims() {
        return problem().dstDims();
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
    public Comparison compare(Evaluation exact, OutputSample sample, float[] found) {
        return Comparison.bounded(descriptor, exact, sample, found);
    }
}
