package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConvolutionDrawingTest {
    private final Engine engine = new ReferenceEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    private ConvolutionDrawing draw(String line) {
        return ConvolutionDrawing.of(engine, ConvolutionProblem.parse(line), Theme.LIGHT);
    }

    @ParameterizedTest
    @CsvSource({
        "conv mb1ic1ih4iw4oc1kh3kw3, 4",
        "conv mb1ic2ih5iw5oc3kh3kw3sh2sw2ph1pw1, 27",
        "deconv mb1ic1ih3iw3oc1kh3kw3sh2sw2ph1pw1, 25",
        "conv mb1ic1iw8oc1ow8kw3pw2, 8",
        "conv mb1ic1ih12iw12oc1kh3kw3ph1pw1, 144"
    })
    void frames_anyProblem_areItsOutputElements(String line, int frames) {
        ConvolutionDrawing drawing = draw(line);

        assertThat(drawing.frames()).isEqualTo(frames);
        for (int index : new int[] {0, frames - 1}) {
            BufferedImage frame = drawing.frame(index);
            assertThat(frame.getWidth()).isEqualTo(drawing.width());
            assertThat(frame.getHeight()).isEqualTo(drawing.height());
        }
        assertThatThrownBy(() -> drawing.frame(frames)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "conv mb2ic1ih4oc1kh3, 'minibatch must be at most 1 to be drawn, but was 2: conv mb2'",
        "conv mb1ic1id4oc1kd3, 'spatial axes must be at most 2 to be drawn, but was 3'",
        "conv mb1ic4ih4oc1kh3, 'input channels must be at most 3 to be drawn, but was 4'",
        "conv mb1ic1ih4oc5kh3, 'output channels must be at most 3 to be drawn, but was 5'",
        "conv mb1ic1ih15oc1kh3ph1, 'source with its zeros on spatial axis 0 must be at most 16 to be drawn, but was 17'",
        "deconv mb1ic1ih3iw6oc1kh2kw2sh3sw3, 'spatial axis 1 must be at most 16 to be drawn, but was 18'",
        "conv mb1ic1ih13oc1kh1, 'output elements must be at most 144 to be drawn, but was 169'",
        "conv mb1ic1ih4oc1kh3 --attr-post-ops=sum, 'postOps must have no sum to be drawn, but was [sum'"
    })
    void of_whatCanNotBeSeen_isRefusedWithFieldRuleAndValue(String line, String message) {
        assertThatThrownBy(() -> draw(line))
                .isInstanceOf(UnsupportedDrawingException.class)
                .hasMessageContaining(message);
    }

    @Test
    void of_sourceOfOtherDims_isRefused() {
        ConvolutionProblem problem = ConvolutionProblem.parse("conv mb1ic1iw4oc1kw2");
        try (Tensor src = Tensor.of(new float[5], Dims.of(1, 1, 5));
                Tensor weights = Tensor.of(new float[2], Dims.of(1, 1, 2))) {
            assertThatThrownBy(() -> ConvolutionDrawing.of(engine, problem, src, weights, Theme.LIGHT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("src must have dims 1x1x4, but was 1x1x5");
        }
    }

    @Test
    void of_numbersTooWideForACell_areLeftOut() {
        ConvolutionProblem problem = ConvolutionProblem.parse("conv mb1ic1iw4oc1kw2");
        try (Tensor src = Tensor.of(new float[] {1.2345f, -98765.4f, 1e-20f, 3}, Dims.of(1, 1, 4));
                Tensor weights = Tensor.of(new float[] {1, 2}, Dims.of(1, 1, 2))) {
            assertThat(ConvolutionDrawing.of(engine, problem, src, weights, Theme.DARK)
                            .frames())
                    .isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void frame_eachTheme_liesOnItsGround(Theme theme) {
        BufferedImage frame = ConvolutionDrawing.of(engine, ConvolutionProblem.parse("conv mb1ic1iw4oc1kw2"), theme)
                .frame(0);

        assertThat(frame.getRGB(1, 1)).isEqualTo(Colour.PANEL.in(theme).getRGB());
        assertThat(frame.getRGB(frame.getWidth() - 2, frame.getHeight() - 2))
                .isEqualTo(Colour.PANEL.in(theme).getRGB());
    }

    @Test
    void strip_fourSteps_areThreeInARow() {
        ConvolutionDrawing drawing = draw("conv mb1ic1ih4oc1kh3");

        BufferedImage strip = drawing.strip();

        assertThat(strip.getWidth()).isEqualTo(3 * drawing.width());
        assertThat(strip.getHeight()).isEqualTo(2 * drawing.height());
        BufferedImage last = drawing.frame(3);
        for (int y = 0; y < last.getHeight(); y += 7) {
            for (int x = 0; x < last.getWidth(); x++) {
                assertThat(strip.getRGB(x, drawing.height() + y)).isEqualTo(last.getRGB(x, y));
            }
        }
    }

    @Test
    void strip_tooManyPixels_isRefused() {
        ConvolutionDrawing drawing = draw("conv mb1ic3ih12oc1kh3ph1");

        assertThatThrownBy(drawing::strip)
                .isInstanceOf(UnsupportedDrawingException.class)
                .hasMessageContaining("pixels of all steps must be at most 48000000");
    }

    @ParameterizedTest
    @CsvSource({
        "conv mb1ic1ih4oc1kh3, 'Convolution 3×3'",
        "conv mb1ic1ih5iw5oc1kh3kw2sh2sw2ph1pw1, 'Convolution 3×2, stride 2, padding 1'",
        "conv mb1ic1ih7iw7oc1kh3kw3dh1dw1 --flip-kernel, 'Convolution 3×3, dilation 2, kernel flipped'",
        "deconv mb1ic1iw3oc1ow6kw3sw2pw1, 'Transposed convolution 3 taps, stride 2, padding 1 before and 0 after'",
        "conv g2mb1ic2iw8oc2ow8kw3pw2, 'Depthwise convolution 3 taps, padding 2 before and 0 after'"
    })
    void title_anyLayer_saysWhatIsNotUsual(String line, String title) {
        assertThat(LayerTitle.of(ConvolutionProblem.parse(line).descriptor())).isEqualTo(title);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-3, −3", "0.5, 0.5", "1234567, 1.235E+6", "-0.33333, −0.3333", "1e-9, 1E−9", "NaN, NaN"})
    void number_anySize_isShort(double value, String text) {
        assertThat(NumberText.of(value)).isEqualTo(text);
    }
}
