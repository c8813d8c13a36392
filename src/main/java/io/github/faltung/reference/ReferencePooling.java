package io.github.faltung.reference;

import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;

/** A pooling layer of the reference engine. Has no state, so that any number of threads may call it. */
final class ReferencePooling extends Pooling implements Evaluator {
    ReferencePooling(ReferenceEngine engine, PoolingDescriptor descriptor) {
        super(engine, descriptor, () -> {});
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        dst.copyFrom(evaluateChecked(src, all(dst)).values(), Layout.CHANNELS_FIRST);
    }

    @Override
    public Evaluation evaluate(Tensor src, Tensor dst) {
        return whileOpen(src, dst, ReferencePooling::all);
    }

    @Override
    public Evaluation evaluate(Tensor src, Tensor dst, long[] outputs) {
        return whileOpen(src, dst, out -> ReferenceConvolution.within(out, outputs, descriptor()));
    }

    private Evaluation whileOpen(Tensor src, Tensor dst, Function<Tensor, long[]> outputs) {
        var result = new Evaluation[1];
        whileOpen(src, dst, (in, out) -> result[0] = evaluateChecked(in, outputs.apply(out)));
        return result[0];
    }

    private static long[] all(Tensor dst) {
        return LongStream.range(0, dst.dims().elements()).toArray();
    }

    private Evaluation evaluateChecked(Tensor src, long[] outputs) {
        var problem = new PoolingProblem(descriptor(), src.dims());
        double reads = (double) problem.windowVolume() * outputs.length;
        var windows = new ReferenceWindows(problem, Elements.of(src, reads));
        var values = new double[outputs.length];
        var magnitudes = new double[outputs.length];
        var summands = new long[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            windows.look(outputs[i]);
            switch (descriptor().kind()) {
                case MAX -> values[i] = windows.max();
                case AVERAGE -> {
                    values[i] = windows.sum() / windows.divisor();
                    magnitudes[i] = windows.magnitude() / windows.divisor();
                    summands[i] = windows.elements();
                }
            }
        }
        return new Evaluation(magnitudes, summands, List.of(values), List.of());
    }

    @Override
    protected Explanation explain(PoolingProblem problem, Layout layout) {
        return new Explanation(problem.toString(), engine().name(), "direct", "java", 0, 0, List.of());
    }
}
