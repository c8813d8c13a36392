package io.github.faltung.reference;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;
import io.github.faltung.convolution.GradientsContract;

class ReferenceEngineTest implements EngineContract, GradientsContract {
    @Override
    public Engine open() {
        return new ReferenceEngine();
    }
}
