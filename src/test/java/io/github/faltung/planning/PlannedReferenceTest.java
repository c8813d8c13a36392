package io.github.faltung.planning;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;
import io.github.faltung.reference.ReferenceEngine;

/** A planning engine is an engine like any other, whatever engine it is over. */
class PlannedReferenceTest implements EngineContract {
    @Override
    public Engine open() {
        return PlanningEngine.over(new ReferenceEngine());
    }
}
