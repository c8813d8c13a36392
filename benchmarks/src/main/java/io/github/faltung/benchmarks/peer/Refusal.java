package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.Workload;

/** A contender does not compute a workload: no failure of the run, the report tells the reason. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Takes the reason. */
    public Refusal(String reason) {
        super(reason);
    }

    Refusal(String reason, Throwable cause) {
        super(reason + ": " + cause.getMessage(), cause);
    }

    /** Returns the workload as a layer. */
    public static LayerWorkload unlessLayer(Workload workload) {
        if (workload instanceof LayerWorkload layer) {
            return layer;
        }
        throw new Refusal("computes plain layers only");
    }
}
