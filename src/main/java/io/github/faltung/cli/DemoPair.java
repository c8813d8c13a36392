package io.github.faltung.cli;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;

/** A row's layer on the engine and on the reference, with the tensors they run on. */
interface DemoPair extends AutoCloseable {
    /** Prepares both, as the row's kind of convolution. */
    static DemoPair open(DemoRow row, DemoData data, Engine engine, Engine reference) {
        return row.deformation() == DemoDeformation.NONE
                ? new Plain(row, data, engine, reference)
                : new DemoDeformablePair(row, data, engine, reference);
    }

    /** Has the reference say what is right; reads what a residual sum adds. */
    Evaluation evaluate();

    /** Has the engine compute. */
    void forward();

    Explanation explain();

    @Override
    void close();

    /** A regular or transposed convolution. */
    final class Plain implements DemoPair {
        private final DemoRow row;
        private final DemoData data;
        private final Convolution layer;
        private final Convolution twin;

        private Plain(DemoRow row, DemoData data, Engine engine, Engine reference) {
            this.row = row;
            this.data = data;
            twin = reference.convolution(row.layer(), data.weights, data.bias);
            try {
                layer = engine.convolution(row.layer(), data.weights, data.bias);
            } catch (RuntimeException e) {
                twin.close();
                throw e;
            }
        }

        @Override
        public Evaluation evaluate() {
            return ((Evaluator) twin).evaluate(data.src, data.dst);
        }

        @Override
        public void forward() {
            layer.forward(data.src, data.dst);
        }

        @Override
        public Explanation explain() {
            return layer.explain(data.src.dims(), row.layout());
        }

        @Override
        public void close() {
            layer.close();
            twin.close();
        }
    }
}
