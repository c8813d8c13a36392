package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.DeformableDescriptor.deformable2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deformable layers: their rules, their dims, and calls with numbers small enough to follow by hand. */
@Timeout(30)
class DeformableCallsTest {
    private static final Dims PLANE = Dims.of(1, 1, 2, 2);
    private static final Dims OFFSETS = Dims.of(1, 2, 2, 2);
    private static final DeformableDescriptor POINT = deformable2d(1, 1).build();

    private final Engine engine = new ReferenceEngine();
    private final List<Tensor> tensors = new ArrayList<>();

    @AfterEach
    void closeAll() {
        engine.close();
        tensors.forEach(Tensor::close);
    }

    private Tensor tensor(Dims dims, float... values) {
        Tensor tensor = values.length == 0 ? Tensor.allocate(dims) : Tensor.of(values, dims);
        tensors.add(tensor);
        return tensor;
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void assertClosed(ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessageEndingWith("is closed");
    }

    @Test
    void build_eachField_isThatOfTheConvolution() {
        DeformableDescriptor layer = deformable2d(4, 6)
                .kernel(3, 2)
                .stride(2, 1)
                .dilation(1, 3)
                .padding(1, 2)
                .groups(2)
                .offsetGroups(4)
                .postOps(PostOp.relu())
                .build();
        ConvolutionDescriptor convolution = conv2d(4, 6)
                .kernel(3, 2)
                .stride(2, 1)
                .dilation(1, 3)
                .padding(1, 2)
                .groups(2)
                .postOps(PostOp.relu())
                .build();
        assertThat(layer)
                .isEqualTo(new DeformableDescriptor(convolution, 4))
                .hasToString("deformable og4 " + convolution);
        assertThat(layer.taps()).isEqualTo(6);
        assertThat(deformable2d(1, 1).padding(Padding.same()).build().convolution())
                .isEqualTo(conv2d(1, 1).padding(Padding.same()).build());
        assertThat(POINT.offsetGroups()).isEqualTo(1);
    }

    @Test
    void create_brokenRule_tellsFieldRuleAndValue() {
        assertRefused(
                deformable2d(4, 4).offsetGroups(0)::build,
                "offsetGroups must be at least 1, but was 0: deformable og0 conv ic4oc4kh1kw1 padding VALID");
        assertRefused(
                deformable2d(4, 4).offsetGroups(3)::build,
                "offsetGroups must divide inputChannels, 4, but was 3:"
                        + " deformable og3 conv ic4oc4kh1kw1 padding VALID");
        // Two offset groups of 2²⁹ taps.
        assertRefused(
                deformable2d(2, 1).offsetGroups(2).kernel(1 << 15, 1 << 14)::build,
                "offsets must have fewer than 2^31 channels, but was 2147483648:"
                        + " deformable og2 conv ic2oc1kh32768kw16384 padding VALID");
        assertThat(deformable2d(2, 1).kernel(1 << 15, 1 << 14).build().taps()).isEqualTo(1 << 29);
        assertRefused(
                () -> new DeformableDescriptor(
                        ConvolutionDescriptor.conv1d(1, 1).build(), 1),
                "kernel of a deformable layer must have 2 values, but was [1]:"
                        + " deformable og1 conv ic1oc1kw1 padding VALID");
    }

    @Test
    void dims_problem_areOfEachTapAndPlace() {
        DeformableDescriptor layer =
                deformable2d(4, 6).kernel(3, 2).offsetGroups(2).build();
        var problem = new DeformableProblem(layer, Dims.of(2, 4, 5, 4));
        assertThat(problem.dstDims()).isEqualTo(Dims.of(2, 6, 3, 3));
        assertThat(problem.offsetsDims()).isEqualTo(Dims.of(2, 2 * 6 * 2, 3, 3));
        assertThat(problem.maskDims()).isEqualTo(Dims.of(2, 2 * 6, 3, 3));
        assertThat(problem.convolution()).isEqualTo(new ConvolutionProblem(layer.convolution(), Dims.of(2, 4, 5, 4)));
        assertThat(problem).hasToString("deformable og2 " + problem.convolution());
    }

    /**
     * The four outputs look one to the right, one down, where they are and half an element to the right, there half-way between
     * 4 and the 0 outside.
     */
    @Test
    void forward_offsetsByHand_samplesWhereTheyPoint() {
        DeformableConvolution layer = engine.deformable(POINT, tensor(Dims.of(1, 1, 1, 1), 10), tensor(Dims.of(1), 1));
        Tensor src = tensor(PLANE, 1, 2, 3, 4);
        Tensor offsets = tensor(OFFSETS, 0, 1, 0, 0, 1, 0, 0, 0.5f);
        Tensor mask = tensor(PLANE, 1, 0.5f, 2, 0);
        Tensor dst = tensor(PLANE);
        layer.forward(src, offsets, null, dst);
        assertThat(dst.toFloatArray()).containsExactly(21, 41, 31, 21);
        layer.forward(src, offsets, mask, dst);
        assertThat(dst.toFloatArray()).containsExactly(21, 21, 61, 1);
        try (Tensor made = layer.forward(src, offsets, mask)) {
            assertThat(made.toFloatArray()).containsExactly(21, 21, 61, 1);
        }
        assertThat(layer.descriptor()).isEqualTo(POINT);
        assertThat(layer.explain(PLANE, Layout.CHANNELS_FIRST).problem())
                .isEqualTo(new DeformableProblem(POINT, PLANE).toString());

        mask.close();
        assertClosed(() -> layer.forward(src, offsets, mask, dst));
        offsets.close();
        assertClosed(() -> layer.forward(src, offsets, null, dst));
        layer.close();
        assertClosed(() -> layer.forward(src, tensor(OFFSETS), null, dst));
        assertClosed(() -> layer.explain(PLANE, Layout.CHANNELS_FIRST));
    }

    @Test
    void forward_newTensor_hasTheSourcesLayout() {
        DeformableDescriptor two = deformable2d(2, 2).build();
        DeformableConvolution layer =
                engine.deformable(two, tensor(two.convolution().weightsDims()), null);
        Dims dims = Dims.of(1, 2, 2, 2);
        Tensor offsets = tensor(OFFSETS);
        try (Tensor last = Tensor.allocate(DataType.F32, dims, Layout.CHANNELS_LAST);
                Tensor ofFirst = layer.forward(tensor(dims), offsets, null);
                Tensor ofLast = layer.forward(last, offsets, null);
                Tensor ofBoth = layer.forward(tensor(Dims.of(1, 2, 1, 1)), tensor(Dims.of(1, 2, 1, 1)), null)) {
            assertThat(ofFirst.isDense(Layout.CHANNELS_FIRST)).isTrue();
            assertThat(ofLast.isDense(Layout.CHANNELS_LAST)).isTrue();
            assertThat(ofBoth.stride(3)).isEqualTo(1);
        }
    }

    @Test
    void forward_offsetsOrMaskThatDoNotFit_areRefused() {
        DeformableConvolution layer = engine.deformable(POINT, tensor(Dims.of(1, 1, 1, 1)), null);
        Tensor src = tensor(PLANE);
        Tensor dst = tensor(PLANE);
        String text = ": deformable og1 conv ic1oc1kh1kw1 padding VALID";
        for (Dims wrong : List.of(
                Dims.of(1, 2, 4), Dims.of(2, 2, 2, 2), Dims.of(1, 1, 2, 2), Dims.of(1, 2, 3, 2), Dims.of(1, 2, 2, 3))) {
            Tensor offsets = tensor(wrong);
            assertRefused(
                    () -> layer.forward(src, offsets, null, dst),
                    "offsets must have dims 1x2x2x2, but was " + wrong + text);
        }
        Tensor offsets = tensor(OFFSETS);
        assertRefused(
                () -> layer.forward(src, offsets, offsets, dst), "mask must have dims 1x1x2x2, but was 1x2x2x2" + text);
        Tensor wide = tensor(Dims.of(1, 1, 2, 3));
        assertThatThrownBy(() -> layer.forward(src, offsets, null, wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dst must have dims 1x1x2x2, but was 1x1x2x3");
        try (Tensor bf16 = Tensor.allocate(DataType.BF16, OFFSETS, Layout.CHANNELS_FIRST)) {
            assertRefused(() -> layer.forward(src, bf16, null, dst), "offsets must be f32, but was bf16" + text);
        }
        layer.forward(src, offsets, null, dst);
    }

    @Test
    void forward_sharedMemory_isRefused() {
        DeformableConvolution layer = engine.deformable(POINT, tensor(Dims.of(1, 1, 1, 1)), null);
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(48).order(ByteOrder.nativeOrder()).asFloatBuffer();
        Tensor src = tensor(PLANE);
        try (Tensor offsets = Tensor.of(buffer, OFFSETS);
                Tensor dst = Tensor.of(buffer.position(7), PLANE)) {
            assertThatThrownBy(() -> layer.forward(src, offsets, null, dst))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dst must not share memory with offsets");
            assertThatThrownBy(() -> layer.forward(src, tensor(OFFSETS), dst, dst))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dst must not share memory with mask");
        }
    }

    @Test
    void forward_computeFails_closesTheOutputThatNobodyGets() {
        var reached = new ArrayList<Tensor>();
        try (Engine failing = new FailingEngine(reached);
                DeformableConvolution layer = failing.deformable(POINT, tensor(Dims.of(1, 1, 1, 1)), null)) {
            Tensor src = tensor(PLANE);
            Tensor offsets = tensor(OFFSETS);
            assertThatThrownBy(() -> layer.forward(src, offsets, null)).isInstanceOf(ArithmeticException.class);
            assertThat(reached)
                    .singleElement()
                    .satisfies(dst -> assertThat(dst.isClosed()).isTrue());
        }
    }
}
