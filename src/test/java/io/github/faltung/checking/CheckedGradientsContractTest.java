package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.GradientsContract;
import io.github.faltung.reference.ReferenceEngine;
import org.junit.jupiter.api.AfterEach;

/** Checked gradients, of the reference beside itself, are gradients. */
class CheckedGradientsContractTest implements GradientsContract {
    private final Engine engine = new ReferenceEngine();

    @Override
    public Engine open() {
        return CheckedEngine.of(engine, engine, CheckOptions.defaults().withExact());
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }
}
