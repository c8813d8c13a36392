package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;
import io.github.faltung.reference.ReferenceEngine;
import org.junit.jupiter.api.AfterAll;

/** A checked engine is an engine like any other. */
class CheckedEngineContractTest implements EngineContract {
    private static final Engine WRAPPED = new ReferenceEngine();
    private static final Engine REFERENCE = new ScatterWitness();

    @Override
    public Engine open() {
        return CheckedEngine.of(WRAPPED, REFERENCE);
    }

    @AfterAll
    static void close() {
        WRAPPED.close();
        REFERENCE.close();
    }
}
