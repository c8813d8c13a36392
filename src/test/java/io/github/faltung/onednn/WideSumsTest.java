package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.faltung.Faltung;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An s32 destination holds the sum itself, also where f32 would round it. */
@Tag("native")
class WideSumsTest {
    private final SplittableRandom random = new SplittableRandom(8);

    private int[] large(long count, int from, int to) {
        var values = new int[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(8) == 0 ? random.nextInt(from, to + 1) : to;
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({
        "mb2ic2048ih4oc16kh1 --dt=u8:s8:s32, 0, 0",
        "mb2ic512ih5oc8kh3ph1 --dt=s8:s8:s32, 0, 0",
        "mb1ic3000ih3oc5kh1 --dt=u8:s8:s32, 7, 0",
        "mb1ic600ih6oc4kh3ph1sh2 --dt=u8:u8:s32, 100, 1",
        "mb1g2ic1400ih4oc6kh2 --dt=s8:u8:s32, -3, 100",
        "deconv mb1ic900ih3oc4kh3sh2 --dt=u8:s8:s32, 0, 0",
        "mb1ic1200iw9oc5kw3pw1n\"flat\" --dt=u8:s8:s32, 0, 0"
    })
    void forward_sumsBeyondF32_areExact(String line, int srcZeroPoint, int weightsZeroPoint) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        ConvolutionDescriptor layer = problem.descriptor()
                .withTypes(
                        problem.descriptor().types(),
                        Quantization.NONE.withSrc(1, srcZeroPoint).withWeights(List.of(1f), List.of(weightsZeroPoint)));
        int mostSource = layer.types().src() == DataType.U8 ? 255 : 127;
        int mostWeight = layer.types().weights() == DataType.U8 ? 255 : 127;
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            try (Engine reference = new ReferenceEngine();
                    Engine planned = Faltung.open();
                    Engine checked = CheckedEngine.of(planned, reference);
                    Tensor weights = Tensor.of(
                            large(layer.weightsDims().elements(), 1, mostWeight),
                            layer.types().weights(),
                            layer.weightsDims(),
                            Layout.CHANNELS_FIRST);
                    Tensor src = Tensor.of(
                            large(problem.srcDims().elements(), 1, mostSource),
                            layer.types().src(),
                            problem.srcDims(),
                            layout);
                    Tensor dst = Tensor.allocate(DataType.S32, problem.dstDims(), layout);
                    Convolution conv = checked.convolution(layer, weights)) {
                assertThatCode(() -> conv.forward(src, dst)).doesNotThrowAnyException();
                assertThat(Arrays.stream(dst.toIntArray(Layout.CHANNELS_FIRST))
                                .max()
                                .orElseThrow())
                        .isGreaterThan(1 << 24);
            }
        }
    }

    @Test
    void updateWeights_betweenSmallAndLarge_isExactEachTime() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(2048, 3)
                .kernel(1)
                .dataTypes(DataType.U8, DataType.S8, DataType.S32)
                .build();
        int[] ones = new int[3 * 2048];
        Arrays.fill(ones, 1);
        int[] most = new int[3 * 2048];
        Arrays.fill(most, 127);
        int[] sources = new int[2048];
        Arrays.fill(sources, 255);
        sources[5] = 2;
        try (Engine engine = Faltung.open();
                Tensor small = Tensor.of(ones, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor large = Tensor.of(most, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor src = Tensor.of(sources, DataType.U8, Dims.of(1, 2048, 1, 1), Layout.CHANNELS_FIRST);
                Convolution conv = engine.convolution(layer, small)) {
            int sum = 2047 * 255 + 2;
            for (int i = 0; i < 2; i++) {
                assertThat(sums(conv, src)).containsOnly(sum);
                conv.updateWeights(large, null);
                assertThat(sums(conv, src)).containsOnly(127 * sum);
                assertThat(conv.explain(src.dims()).implementation()).isNotEmpty();
                conv.updateWeights(small, null);
            }
        }
    }

    /** 120 is 8 · 16 − 8: 9,000 · 8 · 255 is beyond 2²⁴ in each digit of four bits. */
    @Test
    void forward_moreProductsThanFourBitsAllow_isExactInTwo() {
        int channels = 9000;
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(channels, 1)
                .kernel(1)
                .dataTypes(DataType.S8, DataType.S8, DataType.S32)
                .quantization(Quantization.NONE.withSrc(1, -128))
                .build();
        int[] values = new int[channels];
        Arrays.fill(values, 120);
        values[1] = -119;
        int[] sources = new int[channels];
        Arrays.fill(sources, 127);
        sources[2] = -128;
        try (Engine engine = Faltung.open();
                Tensor weights = Tensor.of(values, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor src = Tensor.of(sources, DataType.S8, Dims.of(1, channels, 1, 1), Layout.CHANNELS_FIRST);
                Convolution conv = engine.convolution(layer, weights)) {
            assertThat(sums(conv, src)).containsExactly((channels - 2) * 120 * 255 - 119 * 255);
            assertThat(conv.explain(src.dims()).notes()).anyMatch(note -> note.contains("digits of 2 bits"));
        }
    }

    private static int[] sums(Convolution conv, Tensor src) {
        try (Tensor dst = conv.forward(src)) {
            return dst.toIntArray(Layout.CHANNELS_FIRST);
        }
    }
}
