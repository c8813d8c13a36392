package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shapes against counting, over all small combinations. */
class GeometryLawsTest {
    /** The numbers of one axis. */
    private record Small(int src, int kernel, int stride, int dilation) {
        int extent() {
            return (kernel - 1) * dilation + 1;
        }
    }

    private static void forAllSmall(java.util.function.Consumer<Small> law) {
        for (int src = 1; src <= 8; src++) {
            for (int kernel = 1; kernel <= 4; kernel++) {
                for (int stride = 1; stride <= 4; stride++) {
                    for (int dilation = 1; dilation <= 3; dilation++) {
                        law.accept(new Small(src, kernel, stride, dilation));
                    }
                }
            }
        }
    }

    private static void forAllPaddings(BiConsumer<Integer, Integer> law) {
        for (int before = 0; before <= 4; before++) {
            for (int after = 0; after <= 4; after++) {
                law.accept(before, after);
            }
        }
    }

    private static ConvolutionBuilder regular(Small axis, Padding padding) {
        return conv1d(1, 1)
                .kernel(axis.kernel())
                .stride(axis.stride())
                .dilation(axis.dilation())
                .padding(padding);
    }

    private static ConvolutionBuilder transposed(Small axis, Padding padding) {
        return transposed1d(1, 1)
                .kernel(axis.kernel())
                .stride(axis.stride())
                .dilation(axis.dilation())
                .padding(padding);
    }

    private static AxisGeometry axis(ConvolutionDescriptor layer, long src) {
        return new ConvolutionProblem(layer, Dims.of(1, 1, src)).axis(0);
    }

    @Test
    void outputExtent_explicitPadding_countsTheWindowsThatFit() {
        forAllSmall(small -> forAllPaddings((before, after) -> {
            int padded = small.src() + before + after;
            int windows = 0;
            for (int start = 0; start + small.extent() <= padded; start += small.stride()) {
                windows++;
            }
            ConvolutionDescriptor layer = regular(small, Padding.explicit(List.of(before), List.of(after)))
                    .build();
            if (windows == 0) {
                assertThat(refuses(layer, small.src()))
                        .as("%s of %d", layer, small.src())
                        .isTrue();
                return;
            }
            AxisGeometry axis = axis(layer, small.src());
            assertThat(axis.dst()).as("%s of %d", layer, small.src()).isEqualTo(windows);
            assertThat(axis.paddingL()).isEqualTo(before.longValue());
            long lastReached = (windows - 1L) * small.stride() + small.extent() - before - small.src();
            assertThat(axis.paddingR()).isEqualTo(lastReached).isLessThanOrEqualTo(after);
        }));
    }

    private static boolean refuses(ConvolutionDescriptor layer, long src) {
        try {
            layer.outputExtent(0, src);
            return false;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage()).startsWith("kernel must not reach over more than the padded source");
        }
    }

    @Test
    void outputExtent_full_countsTheWindowsThatTouchTheSource() {
        forAllSmall(small -> {
            int windows = 0;
            for (int start = 1 - small.extent(); start < small.src(); start += small.stride()) {
                windows++;
            }
            assertThat(regular(small, Padding.full()).build().outputExtent(0, small.src()))
                    .as("%s", small)
                    .isEqualTo(windows);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SAME_UPPER", "SAME_LOWER", "CAUSAL"})
    void outputExtent_sameAndCausal_isTheSourceOverTheStrideRoundedUp(Padding.Mode mode) {
        forAllSmall(small -> {
            AxisGeometry axis = axis(regular(small, mode).build(), small.src());
            assertThat(axis.dst()).as("%s", small).isEqualTo((small.src() + small.stride() - 1) / small.stride());
            long difference = axis.paddingR() - axis.paddingL();
            if (mode == Padding.Mode.CAUSAL) {
                // No output sees beyond its own place: the last tap of output p lies at p·stride.
                assertThat(axis.paddingL()).isEqualTo(axis.extent() - 1);
            } else if (axis.paddingL() + Math.max(0, axis.paddingR()) > 0) {
                assertThat(difference)
                        .isBetween(
                                mode == Padding.Mode.SAME_UPPER ? 0L : -1L, mode == Padding.Mode.SAME_UPPER ? 1L : 0L);
            }
        });
    }

    @Test
    void outputExtent_transposed_isWhatTheSourceReachesLessTheCut() {
        forAllSmall(small -> forAllPaddings((before, after) -> {
            int reached = 0;
            for (int i = 0; i < small.src(); i++) {
                for (int k = 0; k < small.kernel(); k++) {
                    reached = Math.max(reached, i * small.stride() + k * small.dilation() + 1);
                }
            }
            ConvolutionDescriptor layer = transposed(small, Padding.explicit(List.of(before), List.of(after)))
                    .build();
            if (reached - before - after < 1) {
                return;
            }
            AxisGeometry axis = axis(layer, small.src());
            assertThat(axis.dst()).as("%s of %d", layer, small.src()).isEqualTo(reached - before - after);
            assertThat(axis.paddingL()).isEqualTo(before.longValue());
            assertThat(axis.paddingR()).isEqualTo(after.longValue());
        }));
    }

    @Test
    void outputExtent_transposedOfRegular_recoversTheSourceWithTheRightOutputPadding() {
        int[] recovered = new int[1];
        forAllSmall(small -> forAllPaddings((before, after) -> {
            Padding padding = Padding.explicit(List.of(before), List.of(after));
            int padded = small.src() + before + after;
            if (small.extent() > padded) {
                return;
            }
            long dst = regular(small, padding).build().outputExtent(0, small.src());
            // Dumoulin and Visin, relationship 14: a = (i + 2p − k) mod s.
            int lost = (padded - small.extent()) % small.stride();
            assertThat(transposed(small, padding).outputPadding(lost).build().outputExtent(0, dst))
                    .as("%s, padding %s", small, padding)
                    .isEqualTo(small.src());
            assertThat(transposed(small, padding)
                            .outputSize(small.src())
                            .build()
                            .outputExtent(0, dst))
                    .isEqualTo(small.src());
            recovered[0]++;
        }));
        assertThat(recovered[0]).isGreaterThan(5000);
    }

    @Test
    void outputExtent_transposedOfSame_isSourceTimesStride() {
        forAllSmall(small -> {
            for (Padding mode : List.of(Padding.same(), Padding.sameLower(), Padding.causal())) {
                AxisGeometry axis = axis(transposed(small, mode).build(), small.src());
                assertThat(axis.dst()).as("%s %s", small, mode).isEqualTo((long) small.src() * small.stride());
                assertThat(axis.paddingL() + axis.paddingR() + axis.dst())
                        .isEqualTo((small.src() - 1L) * small.stride() + small.extent());
            }
        });
    }
}
