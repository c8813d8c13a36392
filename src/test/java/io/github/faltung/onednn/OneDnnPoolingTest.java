package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingContract;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class OneDnnPoolingTest implements PoolingContract {
    @Override
    public Engine open() {
        return OneDnnEngine.open();
    }

    @Test
    void explain_plainLayouts_copyNothing() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(
                        PoolingDescriptor.max2d().kernel(3).stride(2).padding(1).build())) {
            for (Layout layout : new Layout[] {Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST}) {
                Explanation explanation = layer.explain(Dims.of(1, 16, 9, 9), layout);
                assertThat(explanation.notes()).isEmpty();
                assertThat(explanation.implementation()).isNotEqualTo("ref:any");
            }
        }
    }

    @Test
    void explain_meanThatReachesBeyondThePaddedSource_isFramed() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(PoolingDescriptor.average2d()
                        .kernel(3)
                        .stride(2)
                        .padding(1)
                        .ceilMode()
                        .countIncludePad()
                        .build())) {
            assertThat(layer.explain(Dims.of(1, 16, 8, 8)).notes())
                    .containsExactly("src is copied into CHANNELS_FIRST with zeros around it first");
            assertThat(layer.explain(Dims.of(1, 16, 9, 9)).notes()).isEmpty();
        }
    }

    @Test
    void forward_meanThatJumpsOverTheSource_isUnsupportedByName() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(PoolingDescriptor.average1d()
                        .kernel(3)
                        .dilation(2)
                        .padding(2)
                        .build())) {
            long before = NativeHandles.live();
            assertThatThrownBy(() -> layer.forward(new float[1], Dims.of(1, 1, 1)))
                    .isInstanceOf(UnsupportedConvolutionException.class)
                    .hasMessage("oneDNN takes no dilation larger than the source for a mean without the padding:"
                            + " pool avg mb1ic1iw1ow1kw3dw1pw2");
            assertThat(NativeHandles.live()).isEqualTo(before);
        }
    }
}
