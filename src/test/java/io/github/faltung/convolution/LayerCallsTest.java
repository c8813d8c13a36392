package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The calls of layers, with numbers small enough to follow by hand. A call that still counted would have closing wait for ever. */
@Timeout(30)
class LayerCallsTest {
    private static final Dims THREE = Dims.of(1, 1, 3);
    private static final Dims ONE = Dims.of(1, 1, 1);

    private final Engine engine = new ReferenceEngine();
    private final List<Tensor> tensors = new ArrayList<>();

    @AfterEach
    void closeAll() {
        engine.close();
        tensors.forEach(Tensor::close);
    }

    private Tensor tensor(Dims dims, float... values) {
        Tensor tensor = Tensor.of(values, dims);
        tensors.add(tensor);
        return tensor;
    }

    private static void assertClosed(ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessageEndingWith("is closed");
    }

    @Test
    void forward_arrays_areConvolved() {
        Convolution layer = engine.convolution(conv1d(1, 1).build(), tensor(ONE, 2), tensor(Dims.of(1), 1));
        assertThat(layer.forward(new float[] {1, 2, 3}, THREE)).containsExactly(3, 5, 7);
        float[] dst = {100, 100, 100};
        layer.forward(new float[] {4, 5, 6}, THREE, dst);
        assertThat(dst).containsExactly(9, 11, 13);
        assertThatThrownBy(() -> layer.forward(new float[] {1, 2, 3}, THREE, new float[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dst must have as many elements as 1x1x3, but was 2: " + layer.descriptor());
    }

    @Test
    void forward_arraysWithASum_addWhatTheDestinationHeld() {
        Convolution layer =
                engine.convolution(conv1d(1, 1).postOps(PostOp.sum(10)).build(), tensor(ONE, 2));
        float[] dst = {1, 2, 3};
        layer.forward(new float[] {1, 1, 1}, THREE, dst);
        assertThat(dst).containsExactly(12, 22, 32);
        assertThat(layer.forward(new float[] {1, 1, 1}, THREE)).containsExactly(2, 2, 2);
    }

    @Test
    void forward_moreThanAnArrayHolds_isRefused() {
        Convolution layer = engine.convolution(conv1d(1, 2).build(), tensor(Dims.of(2, 1, 1), 1, 1));
        assertThatThrownBy(() -> layer.forward(new float[1], Dims.of(1, 1, 1 << 30)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dst must have no more elements than an array holds, but was 1x2x1073741824: "
                        + layer.descriptor());
    }

    @Test
    void forward_wrongDestination_neverReachesTheEngine() {
        var reached = new ArrayList<Tensor>();
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv2d(1, 1).build();
        try (Engine fake = new FakeEngine("fake", new FakeEngine.Freed(), (src, dst) -> reached.add(dst));
                Tensor src = Tensor.allocate(Dims.of(1, 1, 2, 2));
                Tensor wrong = Tensor.allocate(Dims.of(1, 1, 2, 3));
                Tensor weights = Tensor.allocate(descriptor.weightsDims());
                Convolution layer = fake.convolution(descriptor, weights)) {
            assertThatThrownBy(() -> layer.forward(src, wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThat(reached).isEmpty();
        }
    }

    @Test
    void forward_computeFails_closesTheOutputThatNobodyGets() {
        var reached = new ArrayList<Tensor>();
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv2d(1, 1).build();
        var failing = new FakeEngine("failing", new FakeEngine.Freed(), (src, dst) -> {
            reached.add(dst);
            throw new ArithmeticException("boom");
        });
        try (failing;
                Tensor src = Tensor.allocate(Dims.of(1, 1, 2, 2));
                Tensor weights = Tensor.allocate(descriptor.weightsDims());
                Convolution layer = failing.convolution(descriptor, weights)) {
            assertThatThrownBy(() -> layer.forward(src)).isInstanceOf(ArithmeticException.class);
            assertThat(reached)
                    .singleElement()
                    .satisfies(dst -> assertThat(dst.isClosed()).isTrue());
        }
    }

    @Test
    void updateWeights_withBias_replacesBoth() {
        Convolution layer = engine.convolution(conv1d(1, 1).build(), tensor(ONE, 2), tensor(Dims.of(1), 1));
        Tensor weights = tensor(ONE, 3);
        layer.updateWeights(weights, tensor(Dims.of(1), -1));
        assertThat(layer.forward(new float[] {1, 2, 3}, THREE)).containsExactly(2, 5, 8);
        assertThatThrownBy(() -> layer.updateWeights(weights, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bias must be given, as at preparation, but was null: " + layer.descriptor());
        assertThat(layer.forward(new float[] {1, 2, 3}, THREE)).containsExactly(2, 5, 8);
    }

    @Test
    void updateWeights_withoutBias_replacesTheWeights() {
        Convolution layer = engine.convolution(conv1d(1, 1).build(), tensor(ONE, 2));
        Tensor weights = tensor(ONE, 3);
        Tensor bias = tensor(Dims.of(1), 9);
        layer.updateWeights(weights, null);
        assertThat(layer.forward(new float[] {1, 2, 3}, THREE)).containsExactly(3, 6, 9);
        assertThatThrownBy(() -> layer.updateWeights(weights, bias))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bias must be null, as at preparation, but was f32 1");
        Tensor wide = tensor(Dims.of(1, 1, 2), 1, 1);
        assertThatThrownBy(() -> layer.updateWeights(wide, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("weights must have dims 1x1x1, but was 1x1x2");
        weights.close();
        assertClosed(() -> layer.updateWeights(weights, null));
        layer.close();
        assertClosed(() -> layer.updateWeights(tensor(ONE, 1), null));
    }

    @Test
    void pooling_calls_takeTheLargestOfEachWindow() {
        PoolingDescriptor descriptor = PoolingDescriptor.max1d().kernel(2).build();
        Pooling layer = engine.pooling(descriptor);
        Tensor src = tensor(THREE, 1, 3, 2);
        Tensor dst = tensor(Dims.of(1, 1, 2), 0, 0);
        layer.forward(src, dst);
        assertThat(dst.toFloatArray()).containsExactly(3, 3);
        assertThat(layer.forward(new float[] {5, 4, 9}, THREE)).containsExactly(5, 9);
        try (Tensor made = layer.forward(src)) {
            assertThat(made.toFloatArray()).containsExactly(3, 3);
        }
        assertThat(layer.descriptor()).isEqualTo(descriptor);
        assertThat(layer.explain(THREE).problem()).isEqualTo("pool max mb1ic1iw3ow2kw2pw0");
        assertThat(layer.explain(THREE, Layout.CHANNELS_LAST).engine()).isEqualTo("reference");
        assertThatThrownBy(() -> layer.forward(src, src))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dst must have dims 1x1x2, but was 1x1x3");
        layer.close();
        assertClosed(() -> layer.forward(src, dst));
        assertClosed(() -> layer.explain(THREE));
    }

    @Test
    void pooling_computeFails_closesTheOutputThatNobodyGets() {
        var reached = new ArrayList<Tensor>();
        try (Engine failing = new FailingEngine(reached);
                Pooling layer = failing.pooling(PoolingDescriptor.globalMax(1))) {
            Tensor src = tensor(THREE, 1, 2, 3);
            assertThatThrownBy(() -> layer.forward(src)).isInstanceOf(ArithmeticException.class);
            assertThat(reached)
                    .singleElement()
                    .satisfies(dst -> assertThat(dst.isClosed()).isTrue());
        }
    }

    /** Windows of 2 over 1, 4 and 5; a loss that grows by 1 and by 10 with the two outputs. */
    @Test
    void gradients_calls_areTheChainRule() {
        ConvolutionDescriptor descriptor = conv1d(1, 1).kernel(2).build();
        ConvolutionGradients gradients = engine.gradients(descriptor);
        Tensor weights = tensor(Dims.of(1, 1, 2), 2, 3);
        Tensor diffDst = tensor(Dims.of(1, 1, 2), 1, 10);
        Tensor diffSrc = tensor(THREE, 0, 0, 0);
        gradients.backwardData(weights, diffDst, diffSrc);
        assertThat(diffSrc.toFloatArray()).containsExactly(2, 3 + 20, 30);

        Tensor src = tensor(THREE, 1, 4, 5);
        Tensor diffWeights = tensor(Dims.of(1, 1, 2), 0, 0);
        Tensor diffBias = tensor(Dims.of(1), 0);
        gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
        assertThat(diffWeights.toFloatArray()).containsExactly(1 + 40, 4 + 50);
        assertThat(diffBias.toFloatArray()).containsExactly(11);
        diffBias.close();
        gradients.backwardWeights(diffSrc, diffDst, diffWeights, null);
        assertThat(diffWeights.toFloatArray()).containsExactly(2 + 230, 23 + 300);
        assertThat(gradients.descriptor()).isEqualTo(descriptor);
    }

    @Test
    void gradients_wrongOrClosedTensor_isRefusedAndLeavesThemUsable() {
        ConvolutionGradients gradients = engine.gradients(conv1d(1, 1).build());
        Tensor weights = tensor(ONE, 2);
        Tensor three = tensor(THREE, 1, 2, 3);
        Tensor result = tensor(THREE, 0, 0, 0);
        Tensor diffWeights = tensor(ONE, 0);
        Tensor diffBias = tensor(Dims.of(1), 0);
        assertThatThrownBy(() -> gradients.backwardData(weights, three, weights))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("diffDst must have dims 1x1x1, but was 1x1x3");
        assertThatThrownBy(() -> gradients.backwardWeights(three, three, three, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("diffWeights must have dims 1x1x1, but was 1x1x3");
        diffBias.close();
        assertClosed(() -> gradients.backwardWeights(three, result, diffWeights, diffBias));
        gradients.backwardWeights(three, three, diffWeights, null);
        assertThat(diffWeights.toFloatArray()).containsExactly(1 + 4 + 9);
        weights.close();
        assertClosed(() -> gradients.backwardData(weights, three, result));
    }

    @Test
    void gradients_explainOfBoth_tellsTheProblem() {
        ConvolutionGradients gradients = engine.gradients(conv1d(1, 1).build());
        String line = "conv mb1ic1iw3oc1ow3kw1pw0";
        assertThat(gradients.explainBackwardData(THREE, Layout.CHANNELS_FIRST).problem())
                .isEqualTo(line);
        assertThat(gradients.explainBackwardWeights(THREE, Layout.CHANNELS_LAST).problem())
                .isEqualTo(line);
        gradients.close();
        Tensor weights = tensor(ONE, 2);
        Tensor some = tensor(THREE, 1, 2, 3);
        Tensor other = tensor(THREE, 1, 2, 3);
        assertClosed(() -> gradients.explainBackwardData(THREE, Layout.CHANNELS_FIRST));
        assertClosed(() -> gradients.explainBackwardWeights(THREE, Layout.CHANNELS_FIRST));
        assertClosed(() -> gradients.backwardData(weights, some, other));
        assertClosed(() -> gradients.backwardWeights(some, other, weights, null));
    }
}
