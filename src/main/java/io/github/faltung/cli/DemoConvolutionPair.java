package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.tensor.Tensor;

/** A regular or transposed convolution. */
record DemoConvolutionPair(DemoRow row, DemoData data, Convolution layer, Convolution twin) implements DemoPair {
    static DemoPair open(DemoRow row, DemoData data, Engine engine, Engine reference) {
        Convolution twin = reference.convolution(row.layer(), data.weights, data.bias);
        try {
            return new DemoConvolutionPair(row, data, engine.convolution(row.layer(), data.weights, data.bias), twin);
        } catch (RuntimeException e) {
            twin.close();
            throw e;
        }
    }

    @Override
    public Expected evaluate() {
        Evaluation expected = ((Evaluator) twin).evaluate(data.src, data.dst);
        OutputSample all = OutputSample.of(data.dst.dims(), Long.MAX_VALUE, 0);
        return found -> Comparison.bounded(row.layer(), expected, all, found);
    }

    @Override
    public void forward() {
        layer.forward(data.src, data.dst);
    }

    @Override
    public String implementation() {
        return DemoPair.text(layer.explain(data.src.dims(), row.layout()));
    }

    @Override
    public Tensor dst() {
        return data.dst;
    }

    @Override
    public void close() {
        layer.close();
        twin.close();
        data.close();
    }
}
