package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens if somebody closes the engine that a planning engine has taken over. */
class ClosedInnerEngineTest {
    @Test
    @Timeout(30)
    void forward_engineBelowIsClosed_throwsThatItIs() {
        ConvolutionDescriptor descriptor =
                ConvolutionDescriptor.conv2d(2, 3).kernel(3).build();
        Engine inner = new ReferenceEngine();
        try (Engine engine = PlanningEngine.over(inner);
                Tensor weights = Tensor.allocate(descriptor.weightsDims());
                Convolution layer = engine.convolution(descriptor, weights);
                Tensor src = Tensor.allocate(Dims.of(1, 2, 5, 5));
                Tensor dst = layer.forward(src)) {
            inner.close();
            for (int call = 0; call < 2; call++) {
                assertThatThrownBy(() -> layer.forward(src, dst))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("reference is closed");
            }
        }
    }
}
