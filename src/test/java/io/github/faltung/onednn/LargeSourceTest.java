package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A source of more than 2³¹ bytes; takes 2.9 GB of memory for a second. */
@Tag("native")
class LargeSourceTest {
    @Test
    void forward_sourceBeyondTwoGibibytes_seesItsLastElements() {
        var layer = ConvolutionDescriptor.conv2d(1, 1).kernel(2).stride(4000).build();
        Dims dims = Dims.of(5, 1, 12_002, 12_002);
        try (Engine engine = OneDnnEngine.open();
                Tensor weights = Tensor.of(new float[] {1, 2, 3, 4}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Tensor src = Tensor.allocate(dims)) {
            assertThat(src.bytes()).isGreaterThan(1L << 31);
            src.set(5, 4, 0, 12_000, 12_000);
            src.set(7, 4, 0, 12_001, 12_001);
            src.set(11, 0, 0, 1, 0);
            try (Tensor dst = conv.forward(src)) {
                assertThat(dst.dims()).isEqualTo(Dims.of(5, 1, 4, 4));
                assertThat(dst.get(4, 0, 3, 3)).isEqualTo(1 * 5 + 4 * 7);
                assertThat(dst.get(0, 0, 0, 0)).isEqualTo(3 * 11);
                assertThat(dst.get(3, 0, 3, 3)).isZero();
            }
        }
    }
}
