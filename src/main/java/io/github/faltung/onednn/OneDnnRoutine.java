package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.tensor.Tensor;

/** A program compiled for oneDNN. */
final class OneDnnRoutine extends Routine {
    private final Callers callers;
    private final ForwardPlan plan;

    OneDnnRoutine(OneDnnEngine engine, Program program, ForwardPlan plan) {
        super(engine, program, plan::retire);
        this.callers = engine.callers();
        this.plan = plan;
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        callers.enter();
        try {
            if (!plan.execute(src, dst)) {
                throw new IllegalStateException("plan retired while its routine was in use: "
                        + program().problem());
            }
        } finally {
            callers.exit();
        }
    }

    @Override
    public Explanation explain() {
        long packedWeightsBytes = program().layers().stream()
                .mapToLong(layer -> ((OneDnnConvolution) layer).layer().packedWeightsBytes())
                .sum();
        return plan.explain(engine().name(), packedWeightsBytes);
    }
}
