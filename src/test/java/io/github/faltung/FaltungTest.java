package io.github.faltung;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.EngineContract;
import io.github.faltung.onednn.NativeLoadException;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class FaltungTest implements EngineContract {
    @Override
    public Engine open() {
        return Faltung.open();
    }

    @Test
    void openOrReference_nativesThatLoad_fallsBackOnNothing() {
        var reasons = new ArrayList<NativeLoadException>();
        try (Engine engine = Faltung.openOrReference(reasons::add)) {
            assertThat(engine.name()).isEqualTo("planned onednn");
        }
        assertThat(reasons).isEmpty();
    }
}
