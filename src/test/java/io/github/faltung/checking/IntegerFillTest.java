package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntegerFillTest {
    private static final int MANY = 4096;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--dt=u8:s8:s32",
                "--dt=s8 --attr-zero-points=src:common:-128+dst:common:127",
                "--dt=u8 --attr-zero-points=src:common:200+wei:per_oc:0*3*128*255+dst:common:255",
            })
    void fill_anyZeroPoints_isOfTheTypesAndNeverTheZeroPoint(String options) {
        ConvolutionProblem problem = ConvolutionProblem.parse("g2ic8ih5oc4kh3 " + options);
        ConvolutionDescriptor layer = problem.descriptor();
        Quantization quantization = layer.quantization();
        IntegerFill fill = IntegerFill.of(problem, 1);
        for (int i = 0; i < MANY; i++) {
            assertOf(layer.types().src(), fill.src(i), quantization.srcZeroPoint());
            assertOf(layer.types().dst(), fill.dst(i), quantization.dstZeroPoint());
        }
        int perChannel = Math.toIntExact(layer.weightsDims().elements()) / 4;
        for (int i = 0; i < 4 * perChannel; i++) {
            assertOf(layer.types().weights(), fill.weights(i), quantization.weightsZeroPoint(i / perChannel));
        }
    }

    private static void assertOf(DataType type, float value, int zeroPoint) {
        assertThat((double) value).isEqualTo(type.round(value)).isNotEqualTo(zeroPoint);
    }

    /** Two products in one instruction: 255·127·2 is more than 2¹⁵. */
    @ParameterizedTest
    @ValueSource(strings = {"ic16ih5oc8kh3 --dt=u8:s8:s32", "ic64ih5oc8kh1 --dt=u8:s8:f32"})
    void fill_u8_isLargeEnoughToSaturatePairs(String line) {
        IntegerFill fill = IntegerFill.of(ConvolutionProblem.parse(line), 1);
        double x = IntStream.range(0, MANY).mapToDouble(fill::src).max().orElseThrow();
        double w = IntStream.range(0, 512).mapToDouble(fill::weights).max().orElseThrow();
        assertThat(2 * x * w).isGreaterThan(0x1p15);
    }

    @ParameterizedTest
    @CsvSource({
        "--dt=u8:s8:s32, true",
        "--dt=u8:s8:u8 --attr-scales=src:common:0.5+wei:common:0.125+dst:common:64, true",
        "--dt=u8:s8:u8 --attr-scales=wei:common:0.0625+dst:common:4096, false",
        "--dt=u8:s8:u8 --attr-scales=src:common:0.3, false",
        "--dt=u8:s8:u8 --attr-scales=dst:common:3, false",
        "--dt=u8:s8:u8 --attr-scales=src:common:1e-6, false",
        "--dt=u8:s8:u8 --attr-post-ops=relu, true",
        "--dt=u8:s8:u8 --attr-post-ops=tanh, false",
    })
    void isExactFor_layers_areThoseOfPowersOfTwo(String options, boolean exact) {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic16ih5oc8kh3 " + options);
        assertThat(IntegerFill.isExactFor(problem.descriptor())).isEqualTo(exact);
    }

    /** Taken at their largest, all partial sums, scaled, with bias and zero point, are multiples of a step below 2²⁴ of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ic64ih5oc2kh3 --dt=u8:s8:u8 --attr-scales=src:common:0.5+wei:per_oc:0.125*2+dst:common:256 --attr-zero-points=dst:common:255",
                "ic300ih5oc2kh3 --dt=s8:s8:f32 --attr-scales=src:common:0.0625",
                "ic300ih7oc2kh7 --dt=u8:s8:s32",
            })
    void fill_exactLayer_leavesRoomForEverySum(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        ConvolutionDescriptor layer = problem.descriptor();
        Quantization quantization = layer.quantization();
        assertThat(IntegerFill.isExactFor(layer)).isTrue();
        IntegerFill fill = IntegerFill.of(problem, 5);
        double x = IntStream.range(0, MANY)
                .mapToDouble(i -> Math.abs(fill.src(i) - quantization.srcZeroPoint()))
                .max()
                .orElseThrow();
        int taps = Math.toIntExact(layer.weightsDims().elements()) / layer.outputChannels();
        for (int oc = 0; oc < layer.outputChannels(); oc++) {
            double sum = 0;
            for (int tap = 0; tap < taps; tap++) {
                sum += x * Math.abs(fill.weights((long) oc * taps + tap));
            }
            double scale = quantization.sumScale(oc);
            double step = Math.min(1, Math.min(scale, quantization.dstScale()));
            double largest = sum * scale + ExactFill.WIDEST + 255 * quantization.dstScale();
            assertThat(sum).isPositive();
            assertThat(largest / step).isLessThanOrEqualTo(0x1p24);
        }
    }

    /** Real scales bring the sums down to the order of 1; exact layers keep to integers. */
    @ParameterizedTest
    @CsvSource({"src:common:0.3, false", "src:common:0.5, true"})
    void bias_ofRealScales_isWithinOne(String scales, boolean integers) {
        String line = "ic16ih5oc8kh3 --dt=u8:s8:f32 --attr-scales=" + scales;
        IntegerFill fill = IntegerFill.of(ConvolutionProblem.parse(line), 5);
        assertThat(IntStream.range(0, MANY).mapToObj(fill::bias))
                .allMatch(bias -> integers ? bias == Math.rint(bias) : Math.abs(bias) <= 1)
                .anyMatch(bias -> integers ? bias > 1 : bias != Math.rint(bias));
    }
}
