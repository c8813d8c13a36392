package io.github.faltung.cli;

import io.github.faltung.checking.SeparableBound;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.planning.SeparableKernel;
import io.github.faltung.tensor.Tensor;
import java.util.LinkedHashSet;

/** A kernel as two one-dimensional passes, beside the reference's square one. */
record DemoSeparablePair(
        DemoRow row, DemoData data, SeparableKernel kernel, Sequential passes, Convolution twin, Engine reference)
        implements DemoPair {
    static DemoPair open(DemoRow row, DemoData data, Engine engine, Engine reference) {
        SeparableKernel kernel = SeparableKernel.find(row.layer(), data.weights);
        Convolution twin = reference.convolution(row.layer(), data.weights, data.bias);
        try {
            return new DemoSeparablePair(row, data, kernel, kernel.prepare(engine, data.bias), twin, reference);
        } catch (RuntimeException e) {
            twin.close();
            throw e;
        }
    }

    @Override
    public Expected evaluate() {
        ((Evaluator) twin).evaluate(data.src, data.dst);
        return found -> {
            try (Tensor columns = kernel.vertical();
                    Tensor rows = kernel.horizontal()) {
                var bound = new SeparableBound(kernel.descriptor(), data.weights, columns, rows, data.bias);
                return bound.compare(reference, data.src, found);
            }
        };
    }

    @Override
    public void forward() {
        passes.forward(data.src, data.dst);
    }

    @Override
    public String implementation() {
        var names = new LinkedHashSet<>(passes.implementationNames(data.src.dims(), row.layout()));
        return "rank " + kernel.descriptor().rank() + ": " + String.join(", ", names);
    }

    @Override
    public Tensor dst() {
        return data.dst;
    }

    @Override
    public void close() {
        passes.close();
        twin.close();
        data.close();
    }
}
