package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A pooling with data.
 *
 * @param name what results are reported under
 * @param src {@code [MB, C, spatial…]}
 * @param expected {@code [MB, C, spatial…]}; {@code null} if nobody computed it
 */
public record PoolingCase(
        String name,
        PoolingDescriptor descriptor,
        Tensor src,
        @Nullable Tensor expected) implements Case {

    private PoolingProblem problem() {
        return new PoolingProblem(descriptor, src.dims());
    }

    boolean isMean() {
        return descriptor.kind() == PoolingDescriptor.Kind.AVERAGE;
    }

    @Override
    public Dims dstDims() {
        return problem().dstDims();
    }

    @Override
    public DataType dstType() {
        return descriptor.dataType();
    }

    @Override
    public String line() {
        return problem().toString();
    }

    @Override
    public long products() {
        return problem().windowVolume();
    }

    @Override
    public Evaluation evaluate(Engine reference, Tensor in, Tensor dst, long[] outputs) {
        try (Pooling layer = reference.pooling(descriptor)) {
            return CheckedEngine.evaluator(layer).evaluate(in, dst, outputs);
        }
    }

    @Override
    public String forward(Engine engine, Tensor in, Tensor dst, Arrangement arrangement) {
        try (Pooling layer = engine.pooling(descriptor)) {
            layer.forward(in, dst);
            return layer.explain(in.dims(), arrangement.src()).implementation();
        }
    }

    @Override
    public Comparison compare(Evaluation exact, OutputSample sample, double[] found) {
        return Comparison.pooled(problem(), exact, sample, found);
    }
}
