package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolingRulesTest {
    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void build_brokenRule_tellsFieldRuleAndValue() {
        assertRefused(
                PoolingDescriptor.max2d().kernel(-1)::build,
                "kernel must be at least 0 on each axis, but was [-1, -1]: pool max kh-1kw-1 padding VALID");
        assertRefused(
                PoolingDescriptor.max1d().stride(0)::build,
                "strides must be at least 1 on each axis, but was [0]: pool max kw1sw0 padding VALID");
        assertRefused(
                PoolingDescriptor.max1d().dilation(0)::build,
                "dilation must be at least 1 on each axis, but was [0]: pool max kw1dw-1 padding VALID");
        assertRefused(
                PoolingDescriptor.average2d().kernel(2).padding(Padding.symmetric(1, 1, 1))::build,
                "padding before must have 2 values, one for each spatial axis, but was [1, 1, 1]:"
                        + " pool avg kh2kw2 padding [1, 1, 1]..[1, 1, 1]");
        assertRefused(
                PoolingDescriptor.max3d().kernel(2, 2)::build,
                "strides must have 2 values, one for each spatial axis, but was [1, 1, 1]:"
                        + " pool max kh2kw2 padding VALID");
        assertRefused(
                PoolingDescriptor.max1d().kernel(2).countIncludePad()::build,
                "countIncludePad is for average pooling, but was true:"
                        + " pool max kw2 padding VALID --count-include-pad");
        assertRefused(
                PoolingDescriptor.average2d().kernel(1 << 16, 1 << 15)::build,
                "kernel must have fewer than 2^31 elements, but was [65536, 32768]:"
                        + " pool avg kh65536kw32768 padding VALID");
        assertRefused(
                PoolingDescriptor.max1d().kernel(1 << 20).dilation(1 << 12)::build,
                "kernel must extend over fewer than 2^31 elements, but was 4294963201:"
                        + " pool max kw1048576dw4095 padding VALID");
        assertRefused(
                () -> new PoolingDescriptor(
                        PoolingDescriptor.Kind.MAX, List.of(), List.of(), List.of(), Padding.valid(), false, false),
                "kernel must have 1 to 3 values, one for each spatial axis, but was []: pool max k[] padding VALID");
        assertRefused(() -> PoolingDescriptor.globalMax(4), "spatialRank must be 1 to 3, but was 4");
    }

    @Test
    void build_wholeSourceWithAnythingElse_isRefused() {
        PoolingBuilder layer = PoolingDescriptor.max1d().kernel(PoolingDescriptor.WHOLE);
        assertRefused(
                layer.stride(2)::build,
                "strides must be 1 where the kernel is the whole source, spatial axis 0, but was [2]:"
                        + " pool max kw0sw2 padding VALID");
        assertRefused(
                layer.stride(1).dilation(2)::build,
                "dilation must be 1 where the kernel is the whole source, spatial axis 0, but was [2]:"
                        + " pool max kw0dw1 padding VALID");
        layer.dilation(1);
        for (Padding padding : List.of(Padding.of(1), Padding.same(), Padding.explicit(List.of(0), List.of(1)))) {
            assertThatThrownBy(layer.padding(padding)::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "padding must be none where the kernel is the whole source, spatial axis 0, but was ");
        }
        assertThat(layer.padding(0).build().outputExtent(0, 99)).isEqualTo(1);
    }

    @Test
    void problem_brokenRule_tellsFieldRuleAndValue() {
        PoolingDescriptor layer = PoolingDescriptor.max1d().kernel(3).build();
        assertRefused(
                () -> new PoolingProblem(layer, Dims.of(1L << 31, 1, 5)),
                "minibatch must be less than 2^31, but was 2147483648: pool max kw3 padding VALID");
        assertRefused(
                () -> new PoolingProblem(layer, Dims.of(1, 1L << 31, 5)),
                "channels must be fewer than 2^31, but was 2147483648: pool max kw3 padding VALID");
        assertRefused(
                () -> layer.outputExtent(0, 0),
                "source extent of spatial axis 0 must be from 1 to 2^31 - 1, but was 0: pool max kw3 padding VALID");
        assertRefused(
                () -> new PoolingProblem(PoolingDescriptor.globalAverage(2), Dims.of(1, 1, 1 << 16, 1 << 15)),
                "kernel must have fewer than 2^31 elements, but was 1x1x65536x32768: pool avg kh0kw0 padding VALID");
    }

    @Test
    void problem_windowInThePadding_isRefusedUnlessThePaddingCounts() {
        for (PoolingBuilder layer : List.of(
                PoolingDescriptor.average1d().kernel(2).padding(Padding.explicit(List.of(2), List.of(0))),
                PoolingDescriptor.average1d().kernel(2).padding(Padding.explicit(List.of(0), List.of(2))),
                // Elements at −2 and 2, beside a source of 2.
                PoolingDescriptor.average1d().kernel(2).dilation(4).padding(2))) {
            assertThatThrownBy(() -> new PoolingProblem(layer.build(), Dims.of(1, 1, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("padding must leave each window an element of the source,"
                            + " whose extent is 2 on spatial axis 0, but was [");
            assertThat(new PoolingProblem(layer.countIncludePad().build(), Dims.of(1, 1, 2)).dstDims())
                    .isNotNull();
        }
        // Of windows that begin at −4, −3, −2, −1 and 0, the second and the fourth jump over the only element.
        PoolingDescriptor middle =
                PoolingDescriptor.max1d().kernel(3).dilation(2).padding(4).build();
        assertThatThrownBy(() -> middle.outputExtent(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("padding must leave each window an element of the source");
    }

    @Test
    void problem_ceilModeKernelAStrideTooLarge_isRefused() {
        PoolingDescriptor layer =
                PoolingDescriptor.max1d().kernel(4).stride(2).ceilMode().build();
        assertThat(layer.outputExtent(0, 3)).isEqualTo(1);
        assertRefused(
                () -> layer.outputExtent(0, 2),
                "kernel must not reach over more than the padded source, 2 elements on spatial axis 0,"
                        + " but was 4 elements: pool max kw4sw2 padding VALID --ceil-mode");
    }

    @Test
    void toString_problem_tellsResolvedNumbers() {
        PoolingDescriptor layer = PoolingDescriptor.average2d()
                .kernel(3, 2)
                .stride(2)
                .dilation(1, 2)
                .padding(Padding.same())
                .ceilMode()
                .countIncludePad()
                .build();
        assertThat(new PoolingProblem(layer, Dims.of(2, 5, 8, 7)))
                .hasToString(
                        "pool avg mb2ic5ih8iw7oh4ow4kh3kw2sh2sw2dh0dw1ph0pw1 --ceil-mode --count-include-pad --padding-end=1x1");
        assertThat(new PoolingProblem(PoolingDescriptor.globalMax(1), Dims.of(1, 2, 9)))
                .hasToString("pool max mb1ic2iw9ow1kw9pw0");
    }

    @Test
    void build_typeThatIsNotPooled_isRefused() {
        assertRefused(
                PoolingDescriptor.max1d().dataType(DataType.S32)::build,
                "dataType must be f32, bf16, f16, u8 or s8, but was s32: pool max kw1 padding VALID --dt=s32");
        PoolingDescriptor bytes = PoolingDescriptor.globalMax(1).withDataType(DataType.S8);
        assertRefused(
                () -> new PoolingLink(bytes),
                "dataType must be f32 for a layer of a chain, but was s8: pool max kw0 padding VALID --dt=s8");
        assertThat(new PoolingProblem(bytes, Dims.of(1, 2, 9))).hasToString("pool max mb1ic2iw9ow1kw9pw0 --dt=s8");
        assertThat(bytes.withDataType(DataType.F32)).isEqualTo(PoolingDescriptor.globalMax(1));
    }

    /** Which elements of a window lie in the source, counted. */
    @Test
    void axis_everyWindow_countsWhatLiesInTheSource() {
        for (int dilation : new int[] {1, 2, 5}) {
            for (int before : new int[] {0, 1, 7}) {
                var axis = new PoolingAxis(3, 9, 4, 2, dilation, before, 20);
                for (int window = 0; window < axis.dst(); window++) {
                    long start = axis.start(window);
                    long step = dilation;
                    List<Integer> inside = IntStream.range(0, 4)
                            .filter(k -> start + k * step >= 0 && start + k * step < 3)
                            .boxed()
                            .toList();
                    assertThat(axis.inSource(window)).isEqualTo(inside.size());
                    assertThat(axis.firstInSource(window))
                            .isEqualTo(IntStream.range(0, 4)
                                    .filter(k -> start + k * step < 0)
                                    .count());
                }
            }
        }
    }

    @Test
    void pooling_engineWithoutAny_saysSo() {
        try (Engine engine = new Engine("bare", () -> {}) {
            @Override
            protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
                throw new AssertionError("not asked for");
            }
        }) {
            assertThatThrownBy(() -> engine.pooling(PoolingDescriptor.globalMax(1)))
                    .isInstanceOf(UnsupportedConvolutionException.class)
                    .hasMessage("engine bare has no pooling: pool max kw0 padding VALID");
        }
    }

    /** Windows of elements 2 apart begin at −2, 1, 4 and 7; the last ends at 11, the padded source with 10 and what is padded. */
    @Test
    void axis_windowsOfNumbers_beginAndReachWhereTheyShould() {
        var axis = new PoolingAxis(10, 4, 3, 3, 2, 2, 1);

        assertThat(axis.extent()).isEqualTo(5);
        assertThat(axis.start(0)).isEqualTo(-2);
        assertThat(axis.start(3)).isEqualTo(7);
        assertThat(axis.reach()).isEqualTo(2);
        assertThat(axis.overhang()).isEqualTo(1);
        assertThat(new PoolingAxis(10, 4, 3, 3, 2, 2, 5).overhang()).isZero();
        assertThat(new PoolingAxis(20, 4, 3, 3, 2, 2, 0).reach()).isEqualTo(-8);
    }

    @Test
    void inPadded_everyWindow_countsWhatLiesInThePaddedSource() {
        for (int dilation : new int[] {1, 2, 5}) {
            for (int before : new int[] {0, 1, 7}) {
                for (int after : new int[] {0, 1, 4}) {
                    var axis = new PoolingAxis(3, 9, 4, 2, dilation, before, after);
                    for (int window = 0; window < axis.dst(); window++) {
                        long begin = 2L * window - before;
                        long step = dilation;
                        assertThat(axis.inPadded(window))
                                .as("window %s of %s", window, axis)
                                .isEqualTo(IntStream.range(0, 4)
                                        .filter(k -> begin + k * step < 3 + after)
                                        .count());
                    }
                }
            }
        }
    }

    @Test
    void outputExtent_ceilMode_leavesOutAWindowThatBeginsBehindTheSource() {
        PoolingBuilder layer =
                PoolingDescriptor.average1d().kernel(2).stride(2).ceilMode().countIncludePad();
        // Of 0, 2 and 4 the third begins in the padding behind a source of 4, and within one of 5.
        PoolingDescriptor after =
                layer.padding(Padding.explicit(List.of(0), List.of(1))).build();
        assertThat(after.outputExtent(0, 4)).isEqualTo(2);
        assertThat(layer.padding(0).build().outputExtent(0, 5)).isEqualTo(3);
        // Of −1, 2 and 5 likewise.
        PoolingBuilder wider = layer.stride(3).padding(1);
        assertThat(wider.build().outputExtent(0, 5)).isEqualTo(2);
        assertThat(wider.build().outputExtent(0, 6)).isEqualTo(3);
    }

    @Test
    void outputExtent_kernelBeyondThePaddedSource_saysHowLargeThatIs() {
        assertRefused(
                () -> PoolingDescriptor.average1d().kernel(9).padding(1).build().outputExtent(0, 5),
                "kernel must not reach over more than the padded source, 7 elements on spatial axis 0,"
                        + " but was 9 elements: pool avg kw9 padding [1]..[1]");
    }

    @Test
    void outputExtent_paddedSourceTooLarge_isRefused() {
        assertRefused(
                () -> PoolingDescriptor.average1d()
                        .kernel(3)
                        .padding(1 << 30)
                        .countIncludePad()
                        .build()
                        .outputExtent(0, 1 << 30),
                "padded source extent of spatial axis 0 must be less than 2^31, but was 3221225472:"
                        + " pool avg kw3 padding [1073741824]..[1073741824] --count-include-pad");
    }

    @Test
    void outputExtent_noWindowEmpty_isAccepted() {
        // The only window, at 0; one more would begin behind the source.
        assertThat(PoolingDescriptor.max1d().kernel(2).stride(5).build().outputExtent(0, 2))
                .isEqualTo(1);
        // The first window begins as far before the source as that is long, and ends with its first element.
        assertThat(PoolingDescriptor.max1d()
                        .kernel(4)
                        .padding(Padding.explicit(List.of(3), List.of(0)))
                        .build()
                        .outputExtent(0, 3))
                .isEqualTo(3);
    }

    @Test
    void outputExtent_oneWindowEmpty_isRefused() {
        String message = "padding must leave each window an element of the source, whose extent is 2 on spatial axis 0,"
                + " but was ";
        // Windows at 0 and 2: the second is all padding.
        PoolingDescriptor last = PoolingDescriptor.max1d()
                .kernel(2)
                .stride(2)
                .padding(Padding.explicit(List.of(0), List.of(2)))
                .build();
        assertRefused(() -> last.outputExtent(0, 2), message + "[0]..[2]: pool max kw2sw2 padding [0]..[2]");
        // Windows at −3, −1 and 1, elements 3 apart: the second has −1, 2 and 5, and jumps over 0 and 1.
        PoolingDescriptor middle = PoolingDescriptor.max1d()
                .kernel(3)
                .stride(2)
                .dilation(3)
                .padding(Padding.explicit(List.of(3), List.of(6)))
                .build();
        assertRefused(() -> middle.outputExtent(0, 2), message + "[3]..[6]: pool max kw3sw2dw2 padding [3]..[6]");
    }

    @Test
    void build_justWithinTheRules_isAccepted() {
        assertThat(PoolingDescriptor.max1d().kernel(2).build().spatialRank()).isEqualTo(1);
        assertThat(PoolingDescriptor.max3d().kernel(2).build().spatialRank()).isEqualTo(3);
        assertThat(PoolingDescriptor.average3d().kernel(2, 3, 4).build())
                .hasToString("pool avg kd2kh3kw4 padding VALID");
        assertThat(PoolingDescriptor.max1d()
                        .kernel(2)
                        .dilation(Integer.MAX_VALUE - 1)
                        .build()
                        .outputExtent(0, Integer.MAX_VALUE))
                .isEqualTo(1);
        assertThat(PoolingDescriptor.max1d().kernel(Integer.MAX_VALUE).build().outputExtent(0, Integer.MAX_VALUE))
                .isEqualTo(1);
    }

    @Test
    void create_dilationNotPerAxis_isRefused() {
        assertRefused(
                () -> new PoolingDescriptor(
                        PoolingDescriptor.Kind.MAX,
                        List.of(2, 2),
                        List.of(1, 1),
                        List.of(1),
                        Padding.valid(),
                        false,
                        false),
                "dilation must have 2 values, one for each spatial axis, but was [1]:"
                        + " pool max kh2kw2 padding VALID");
    }

    @Test
    void problem_justWithinTheRules_isAccepted() {
        PoolingDescriptor layer = PoolingDescriptor.max1d().kernel(3).build();
        long most = Integer.MAX_VALUE;
        assertThat(new PoolingProblem(layer, Dims.of(most, 1, 3)).dstDims()).isEqualTo(Dims.of(most, 1, 1));
        assertThat(new PoolingProblem(layer, Dims.of(1, most, 3)).dstDims()).isEqualTo(Dims.of(1, most, 1));
        var whole = new PoolingProblem(PoolingDescriptor.globalAverage(1), Dims.of(1, 1, most));
        assertThat(whole.windowVolume()).isEqualTo(most);
        assertThat(whole.dstDims()).isEqualTo(Dims.of(1, 1, 1));
    }

    @Test
    void windowVolume_severalAxes_isTheirProduct() {
        PoolingDescriptor layer =
                PoolingDescriptor.max3d().kernel(2, 3, PoolingDescriptor.WHOLE).build();
        assertThat(new PoolingProblem(layer, Dims.of(1, 1, 4, 4, 7)).windowVolume())
                .isEqualTo(2 * 3 * 7);
    }
}
