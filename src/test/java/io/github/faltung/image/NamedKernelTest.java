package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedKernelTest {
    @ParameterizedTest
    @EnumSource
    void of_everyNameAlone_isAKernelWithDefaults(NamedKernel named) {
        ImageKernel kernel = NamedKernel.of(named.toString());

        assertThat(kernel.width()).isEqualTo(kernel.height()).isPositive();
        assertThat(kernel.weights()).hasSize(kernel.width() * kernel.height());
        assertThat(named.description()).isNotBlank();
        assertThat(NamedKernel.of(named.name())).isEqualTo(kernel);
    }

    /** Weights of a flat area of ones: blurs keep it, derivatives give 0, the line detector and Gabor neither. */
    @ParameterizedTest
    @CsvSource({
        "identity, 1",
        "box:size=4, 1",
        "gaussian:sigma=2, 1",
        "gaussian:size=5, 1",
        "binomial:size=7, 1",
        "unsharp, 1",
        "sharpen, 1",
        "emboss, 1",
        "motion:length=7.5;angle=30, 1",
        "sobel-x, 0",
        "sobel-y, 0",
        "prewitt-x, 0",
        "prewitt-y, 0",
        "scharr-x, 0",
        "scharr-y, 0",
        "roberts-1, 0",
        "roberts-2, 0",
        "laplacian-4, 0",
        "laplacian-8, 0",
        "log:sigma=1.4;size=9, 0",
        "dog, 0",
        "diagonal, 0",
        "antidiagonal, 0"
    })
    void of_name_sumsToWhatItMakesOfFlatAreas(String text, double sum) {
        assertThat(NamedKernel.of(text.replace(';', ',')).sum()).isCloseTo(sum, within(1e-6));
    }

    @Test
    void of_gaussian_isTheFormula() {
        ImageKernel kernel = NamedKernel.of("gaussian:sigma=2,size=11");

        assertThat(kernel.width()).isEqualTo(11);
        assertThat(kernel.weight(7, 4) / kernel.weight(5, 5)).isCloseTo((float) Math.exp(-5 / 8.0), within(1e-6f));
        assertThat(kernel).isEqualTo(Kernels.gaussian(2, 11));
        assertThat(NamedKernel.of("gaussian:sigma=2").width()).isEqualTo(13);
    }

    @Test
    void of_binomial_isPascalsTriangle() {
        assertThat(NamedKernel.of("binomial:size=3").weights())
                .containsExactly(1 / 16f, 2 / 16f, 1 / 16f, 2 / 16f, 4 / 16f, 2 / 16f, 1 / 16f, 2 / 16f, 1 / 16f);
    }

    @Test
    void of_motion_liesAlongItsAngle() {
        assertThat(NamedKernel.of("motion:length=3,angle=0").weights())
                .containsExactly(0, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f, 0, 0, 0);
        ImageKernel rising = NamedKernel.of("motion:length=5,angle=45");
        assertThat(rising.weight(3, 1)).isCloseTo(rising.weight(2, 2), within(1e-6f));
        assertThat(rising.weight(1, 1)).isLessThan(0.05f);
    }

    @Test
    void of_gabor_isTheFormula() {
        ImageKernel kernel = NamedKernel.of("gabor:sigma=2,theta=90,lambda=5,gamma=0.5,psi=30,size=7");

        double y = 2;
        double x = 1;
        double expected = Math.exp(-(y * y + 0.25 * x * x) / 8) * Math.cos(2 * Math.PI * y / 5 + Math.toRadians(30));
        assertThat(kernel.weight(4, 5)).isCloseTo((float) expected, within(1e-6f));
    }

    @Test
    void of_laplacianOfGaussian_isAMexicanHatUpsideDown() {
        ImageKernel kernel = NamedKernel.of("log:sigma=1.5,size=11");

        assertThat(kernel.weight(5, 5)).isNegative();
        assertThat(kernel.weight(5, 8)).isPositive();
        assertThat(kernel.weight(5, 8)).isEqualTo(kernel.weight(8, 5)).isEqualTo(kernel.weight(2, 5));
    }

    @ParameterizedTest
    @CsvSource({
        "motion:length=1/2, length",
        "box:size=1.5, whole number",
        "box:size=0, size must be from 1 to 1023",
        "gaussian:sigma=0, sigma must be positive",
        "gaussian:sigma=x, must be a number",
        "box:sigma=2, only size",
        "sharpen:size=2, no parameters",
        "box:size, must have a value",
        "blur, must be one of identity",
        "binomial:size=40, at most 31",
        "unsharp:size=4, must be odd",
        "gaussian:sigma=NaN, must be a number",
        "gaussian:sigma=1e-200, weights that a float holds",
        "unsharp:amount=1e300, weights that a float holds",
        "gabor:lambda=1e-320, weights that a float holds"
    })
    void of_wrongText_saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> NamedKernel.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "GAUSSIAN:sigma=1", "sobel_x", " box "})
    void isNamed_names_areKnown(String text) {
        assertThat(NamedKernel.isNamed(text)).isTrue();
        assertThat(NamedKernel.isNamed(text + ".txt")).isEqualTo(text.contains(":"));
    }
}
