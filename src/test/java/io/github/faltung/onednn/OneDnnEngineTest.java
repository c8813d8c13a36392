package io.github.faltung.onednn;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;
import io.github.faltung.convolution.GradientsContract;
import org.junit.jupiter.api.Tag;

@Tag("native")
class OneDnnEngineTest implements EngineContract, GradientsContract {
    @Override
    public Engine open() {
        return OneDnnEngine.open();
    }
}
