package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableBuilder;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deformable layers: worked by hand, against the ordinary convolution, and oneDNN against the reference. */
class DeformableTest {
    private final Engine reference = new ReferenceEngine();
    private final Engine oneDnn = OneDnnEngine.open();

    @AfterEach
    void close() {
        oneDnn.close();
        reference.close();
    }

    private static DeformableBuilder layer(int inputs, int outputs) {
        return DeformableDescriptor.deformable2d(inputs, outputs);
    }

    private static Tensor fill(Dims dims, Layout layout, DoubleSupplier values) {
        var all = new float[(int) dims.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) values.getAsDouble();
        }
        Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
        tensor.copyFrom(all, Layout.CHANNELS_FIRST);
        return tensor;
    }

    /** A 2×2 picture 1 2 / 3 4, one tap, moved by (down, right). */
    private static float onePixel(Engine engine, float down, float right, float masked) {
        DeformableDescriptor one = layer(1, 1).build();
        try (Tensor weights = Tensor.of(new float[] {1}, Dims.of(1, 1, 1, 1));
                Tensor src = Tensor.of(new float[] {1, 2, 3, 4}, Dims.of(1, 1, 2, 2));
                Tensor offsets = Tensor.of(new float[] {down, 0, 0, 0, right, 0, 0, 0}, Dims.of(1, 2, 2, 2));
                Tensor mask = Tensor.of(new float[] {masked, 1, 1, 1}, Dims.of(1, 1, 2, 2));
                DeformableConvolution conv = engine.deformable(one, weights, null);
                Tensor dst = conv.forward(src, offsets, mask)) {
            return dst.get(0, 0, 0, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 1, 1",
        "0, 1, 1, 2",
        "1, 0, 1, 3",
        "1, 1, 1, 4",
        "0, 0.5, 1, 1.5",
        "0.5, 0, 1, 2",
        "0.5, 0.5, 1, 2.5",
        "0.25, 0.75, 1, 2.25",
        "0.5, 0.5, 0.5, 1.25",
        // Half outside: what is outside is 0.
        "-0.5, 0, 1, 0.5",
        "0, -0.25, 1, 0.75",
        "-0.5, -0.5, 1, 0.25",
        "1.5, 1, 1, 2",
        "1.5, 1.5, 1, 1",
        // From −1 and from the extent on there is nothing.
        "-1, 0, 1, 0",
        "0, -1, 1, 0",
        "2, 0, 1, 0",
        "0, 2, 1, 0",
        "-1e30, 0, 1, 0",
        "0, Infinity, 1, 0",
        "NaN, 0, 1, 0",
    })
    void forward_oneTap_isWhatTheHandSays(float down, float right, float mask, float expected) {
        assertThat(onePixel(reference, down, right, mask)).isEqualTo(expected);
        assertThat(onePixel(oneDnn, down, right, mask)).isEqualTo(expected);
    }

    private static DeformableDescriptor geometry(int index) {
        return switch (index) {
            case 0 -> layer(4, 6).kernel(3).padding(1).build();
            case 1 ->
                layer(8, 4)
                        .kernel(3, 2)
                        .stride(2, 1)
                        .dilation(1, 2)
                        .groups(2)
                        .offsetGroups(4)
                        .build();
            case 2 ->
                layer(6, 9)
                        .kernel(2, 3)
                        .padding(Padding.explicit(List.of(0, 2), List.of(3, 1)))
                        .groups(3)
                        .offsetGroups(2)
                        .postOps(PostOp.relu())
                        .build();
            case 3 ->
                layer(5, 5)
                        .kernel(3)
                        .padding(2)
                        .groups(5)
                        .postOps(PostOp.sum(), PostOp.relu())
                        .build();
            case 4 -> layer(70, 33).kernel(3).padding(1).offsetGroups(5).build();
            case 5 ->
                layer(16, 8)
                        .kernel(1, 4)
                        .padding(Padding.same())
                        .postOps(PostOp.multiply(-0.5f), PostOp.gelu(), PostOp.add(0.25f))
                        .build();
            default -> throw new AssertionError(index);
        };
    }

    private Comparison compare(int index, Layout layout, boolean masked, boolean exact, boolean gaps) {
        DeformableDescriptor descriptor = geometry(index);
        var problem = new DeformableProblem(
                descriptor, Dims.of(2, descriptor.convolution().inputChannels(), 9, 11));
        var random = new SplittableRandom(7);
        DoubleSupplier value = exact ? () -> random.nextInt(-4, 5) : () -> random.nextDouble(-1, 1);
        // Quarters and halves make the interpolation exact, too.
        DoubleSupplier offset = exact ? () -> random.nextInt(-12, 13) / 4.0 : () -> random.nextDouble(-3, 3);
        try (Tensor weights = fill(descriptor.convolution().weightsDims(), Layout.CHANNELS_FIRST, value);
                Tensor bias = fill(descriptor.convolution().biasDims(), Layout.CHANNELS_FIRST, value);
                Tensor src = fill(problem.srcDims(), layout, value);
                Tensor offsets = fill(problem.offsetsDims(), gaps ? Layout.SPATIAL_FIRST : layout, offset);
                Tensor mask = fill(problem.maskDims(), layout, exact ? () -> random.nextInt(0, 3) / 2.0 : value);
                Tensor dst = gaps
                        ? Tensor.allocate(DataType.F32, problem.dstDims(), 20_000, 200, 15, 1)
                        : fill(problem.dstDims(), layout, value);
                DeformableConvolution twin = reference.deformable(descriptor, weights, bias);
                DeformableConvolution conv = oneDnn.deformable(descriptor, weights, bias)) {
            Tensor of = masked ? mask : null;
            Evaluation expected = ((DeformableEvaluator) twin).evaluate(new DeformableArguments(src, offsets, of, dst));
            conv.forward(src, offsets, of, dst);
            OutputSample all = OutputSample.of(dst.dims(), Long.MAX_VALUE, 0);
            assertThat(Vacuity.reason(descriptor.convolution(), expected, true)).isEmpty();
            return exact
                    ? Comparison.exact(expected, all, dst.toFloatArray())
                    : Comparison.bounded(descriptor.convolution().postOps(), expected, all, dst.toFloatArray());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void forward_quarters_equalsReference(int index) {
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            for (boolean masked : new boolean[] {false, true}) {
                Comparison comparison = compare(index, layout, masked, true, false);
                assertThat(comparison.isMatch())
                        .as("%s %s %s", layout, masked, comparison)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void forward_reals_isWithinBound(int index) {
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            for (boolean masked : new boolean[] {false, true}) {
                Comparison comparison = compare(index, layout, masked, false, false);
                assertThat(comparison.isMatch())
                        .as("%s %s %s", layout, masked, comparison)
                        .isTrue();
            }
        }
    }

    @Test
    void forward_gapsAndForeignOrders_equalsReference() {
        assertThat(compare(1, Layout.SPATIAL_FIRST, true, true, true).toString())
                .contains("match");
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANNELS_FIRST", "CHANNELS_LAST"})
    void forward_noOffsets_isTheConvolution(Layout layout) {
        DeformableDescriptor descriptor = geometry(2);
        var random = new SplittableRandom(3);
        var problem = new DeformableProblem(descriptor, Dims.of(1, 6, 70, 80)); // several pieces of columns
        try (Tensor weights = fill(
                        descriptor.convolution().weightsDims(), Layout.CHANNELS_FIRST, () -> random.nextInt(-3, 4));
                Tensor src = fill(problem.srcDims(), layout, () -> random.nextInt(-3, 4));
                Tensor offsets = Tensor.allocate(problem.offsetsDims());
                DeformableConvolution deformable = oneDnn.deformable(descriptor, weights, null);
                Convolution convolution = reference.convolution(descriptor.convolution(), weights);
                Tensor found = deformable.forward(src, offsets, null);
                Tensor expected = convolution.forward(src)) {
            assertThat(found.toFloatArray()).isEqualTo(expected.toFloatArray());
        }
    }

    @Test
    void forward_wholeOffsets_isTheConvolutionOfTheShiftedSource() {
        DeformableDescriptor descriptor = layer(3, 2).kernel(3).build();
        var random = new SplittableRandom(4);
        try (Tensor weights = fill(
                        descriptor.convolution().weightsDims(), Layout.CHANNELS_FIRST, () -> random.nextInt(-3, 4));
                Tensor src = fill(Dims.of(1, 3, 8, 9), Layout.CHANNELS_FIRST, () -> random.nextInt(-3, 4));
                Tensor shifted = Tensor.allocate(src.dims());
                Tensor offsets = Tensor.allocate(Dims.of(1, 18, 6, 7));
                DeformableConvolution deformable = oneDnn.deformable(descriptor, weights, null);
                Convolution convolution = reference.convolution(descriptor.convolution(), weights)) {
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < 8; y++) {
                    for (int x = 0; x < 9; x++) {
                        shifted.set(y + 1 < 8 && x - 2 >= 0 ? src.get(0, c, y + 1, x - 2) : 0, 0, c, y, x);
                    }
                }
            }
            for (int channel = 0; channel < 18; channel++) {
                for (int p = 0; p < 42; p++) {
                    offsets.set(channel % 2 == 0 ? 1 : -2, 0, channel, p / 7, p % 7);
                }
            }
            try (Tensor found = deformable.forward(src, offsets, null);
                    Tensor expected = convolution.forward(shifted)) {
                assertThat(found.toFloatArray()).isEqualTo(expected.toFloatArray());
            }
        }
    }

    @Test
    void forward_manyCallers_allGetTheirOwn() throws Exception {
        DeformableDescriptor descriptor = geometry(0);
        ExecutorService callers = Executors.newFixedThreadPool(6);
        try (Tensor weights = fill(descriptor.convolution().weightsDims(), Layout.CHANNELS_FIRST, () -> 1);
                DeformableConvolution conv = oneDnn.deformable(descriptor, weights, null)) {
            Callable<Boolean> call = () -> {
                float mine = Thread.currentThread().getId() % 7 + 1;
                try (Tensor src = fill(Dims.of(1, 4, 20, 20), Layout.CHANNELS_LAST, () -> mine);
                        Tensor offsets = Tensor.allocate(Dims.of(1, 18, 20, 20))) {
                    for (int i = 0; i < 30; i++) {
                        try (Tensor dst = conv.forward(src, offsets, null)) {
                            if (dst.get(0, 5, 10, 10) != 36 * mine || dst.get(0, 0, 0, 0) != 16 * mine) {
                                return false;
                            }
                        }
                    }
                }
                return true;
            };
            for (Future<Boolean> result : callers.invokeAll(List.of(call, call, call, call, call, call))) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void descriptor_brokenRules_areRefusedWithValues() {
        assertThatThrownBy(() -> layer(4, 4).offsetGroups(3).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offsetGroups must divide inputChannels, 4, but was 3");
        assertThatThrownBy(() -> layer(4, 4).offsetGroups(0).build()).hasMessageContaining("at least 1, but was 0");
        var flipped = layer(4, 4).build().convolution();
        assertThatThrownBy(() -> new DeformableDescriptor(
                        ConvolutionDescriptor.conv1d(2, 2).build(), 1))
                .hasMessageContaining("2 values");
        assertThatThrownBy(() -> new DeformableDescriptor(
                        ConvolutionDescriptor.transposed2d(2, 2).build(), 1))
                .hasMessageContaining("transposed");
        assertThatThrownBy(() -> new DeformableDescriptor(
                        ConvolutionDescriptor.conv2d(2, 2).flipKernel().build(), 1))
                .hasMessageContaining("flipKernel");
        assertThat(new DeformableDescriptor(flipped, 2).toString())
                .isEqualTo("deformable og2 conv ic4oc4kh1kw1 padding VALID");
    }

    private static void refused(
            DeformableConvolution conv, Tensor src, Tensor offsets, @Nullable Tensor mask, Tensor dst, String message) {
        assertThatThrownBy(() -> conv.forward(src, offsets, mask, dst))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void forward_wrongArguments_areRefusedByEveryEngine() {
        DeformableDescriptor descriptor = layer(2, 2).kernel(3).padding(1).build();
        try (Tensor weights = Tensor.allocate(Dims.of(2, 2, 3, 3));
                Tensor src = Tensor.allocate(Dims.of(1, 2, 5, 5));
                Tensor offsets = Tensor.allocate(Dims.of(1, 18, 5, 5));
                Tensor mask = Tensor.allocate(Dims.of(1, 9, 5, 5));
                Tensor dst = Tensor.allocate(Dims.of(1, 2, 5, 5));
                Engine checked = CheckedEngine.of(oneDnn, reference)) {
            for (Engine engine : List.of(reference, oneDnn, checked)) {
                DeformableConvolution conv = engine.deformable(descriptor, weights, null);
                refused(conv, src, mask, null, dst, "offsets must have dims 1x18x5x5, but was 1x9x5x5");
                refused(conv, src, offsets, offsets, dst, "mask must have dims 1x9x5x5, but was 1x18x5x5");
                refused(conv, src, offsets, mask, src, "dst must not share memory with src");
                refused(conv, mask, offsets, mask, dst, "src must have 2 channels");
                refused(conv, src, offsets, mask, mask, "dst must have dims 1x2x5x5");
                conv.forward(src, offsets, mask, dst);
                conv.close();
                assertThatThrownBy(() -> conv.forward(src, offsets, mask, dst))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> engine.deformable(descriptor, dst, null))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("weights must have dims 2x2x3x3");
            }
        }
    }

    @Test
    void forward_dstIsTheOffsets_isRefused() {
        DeformableDescriptor descriptor = layer(2, 2).build();
        try (Tensor weights = Tensor.allocate(Dims.of(2, 2, 1, 1));
                Tensor src = Tensor.allocate(Dims.of(1, 2, 5, 5));
                Tensor both = Tensor.allocate(Dims.of(1, 2, 5, 5));
                DeformableConvolution conv = oneDnn.deformable(descriptor, weights, null)) {
            refused(conv, src, both, null, both, "dst must not share memory with offsets");
        }
    }

    @Test
    void forward_checkedWrongReference_throwsMismatch() {
        DeformableDescriptor descriptor = layer(2, 2).build();
        try (Tensor weights = Tensor.of(new float[] {1, 2, 3, 4}, Dims.of(2, 2, 1, 1));
                Tensor src = fill(Dims.of(1, 2, 5, 5), Layout.CHANNELS_FIRST, () -> 1);
                Tensor offsets = fill(Dims.of(1, 2, 5, 5), Layout.CHANNELS_FIRST, () -> 0.3);
                Engine checked = CheckedEngine.of(oneDnn, reference);
                DeformableConvolution conv = checked.deformable(descriptor, weights, null);
                Tensor dst = conv.forward(src, offsets, null)) {
            assertThat(dst.get(0, 0, 0, 0)).isEqualTo(3, within(1e-5f));
            assertThat(conv.explain(src.dims(), Layout.CHANNELS_LAST).toString())
                    .contains("deformable og1 conv mb1ic2ih5iw5oc2oh5ow5")
                    .contains("sampled columns, then 1x1");
            try (Tensor other = Tensor.of(new float[] {1, 2, 3, 5}, Dims.of(2, 2, 1, 1));
                    DeformableConvolution twin = reference.deformable(descriptor, other, null)) {
                var arguments = new DeformableArguments(src, offsets, null, dst);
                Evaluation wrong = ((DeformableEvaluator) twin).evaluate(arguments);
                OutputSample all = OutputSample.of(dst.dims(), Long.MAX_VALUE, 0);
                assertThat(Comparison.bounded(List.of(), wrong, all, dst.toFloatArray())
                                .isMatch())
                        .isFalse();
                assertThatThrownBy(() -> ((DeformableEvaluator) twin).evaluate(arguments, new long[] {50}))
                        .hasMessageContaining("less than 50, but was 50");
            }
        }
    }
}
