package io.github.faltung.checking;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A deformable convolution with data.
 *
 * @param name what results are reported under
 * @param weights {@code [OC, IC/G, KH, KW]}
 * @param bias {@code [OC]}; {@code null} for none
 * @param src {@code [MB, IC, H, W]}
 * @param offsets as the descriptor has them
 * @param mask as the descriptor has it; {@code null} for none
 * @param expected {@code [MB, OC, OH, OW]}; {@code null} if nobody computed it
 */
public record DeformableCase(
        String name,
        DeformableDescriptor descriptor,
        Tensor weights,
        @Nullable Tensor bias,
        Tensor src,
        Tensor offsets,
        @Nullable Tensor mask,
        @Nullable Tensor expected)
        implements Case {

    /** A sample lies amid four source elements. */
    private static final int CORNERS = 4;

    private DeformableProblem problem() {
        return new DeformableProblem(descriptor, src.dims());
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
        return CORNERS * Taps.of(descriptor.convolution()).count();
    }

    @Override
    public Evaluation evaluate(Engine reference, Tensor in, Tensor dst, long[] outputs) {
        try (DeformableConvolution layer = reference.deformable(descriptor, weights, bias)) {
            return CheckedEngine.deformableEvaluator(layer)
                    .evaluate(new DeformableArguments(in, offsets, mask, dst), outputs);
        }
    }

    @Override
    public String forward(Engine engine, Tensor in, Tensor dst, Arrangement arrangement) {
        try (DeformableConvolution layer = engine.deformable(descriptor, weights, bias);
                Tensor moves = arranged(offsets, arrangement);
                @Nullable Tensor factors = mask == null ? null : arranged(mask, arrangement)) {
            layer.forward(in, moves, factors, dst);
            return layer.explain(in.dims(), arrangement.src()).implementation();
        }
    }

    private static Tensor arranged(Tensor tensor, Arrangement arrangement) {
        Tensor copy = arrangement.allocateSrc(tensor.dims());
        copy.copyFrom(tensor.toFloatArray(), Layout.CHANNELS_FIRST);
        return copy;
    }

    @Override
    public Comparison compare(Evaluation exact, OutputSample sample, double[] found) {
        return Comparison.bounded(descriptor.convolution().postOps(), exact, sample, found);
    }
}
