package io.github.faltung.reference;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;

class ReferenceEngineTest implements EngineContract {
    @Override
    public Engine open() {
        return new ReferenceEngine();
    }
}
