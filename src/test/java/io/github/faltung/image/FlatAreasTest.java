package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to be flat is, and what is flat is found, however much of it at a time. */
class FlatAreasTest {
    private static final int ROWS = 24;
    private static final int PIXELS = 40;

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 3, 3", "1, 5, 2", "3, 3, 3", "3, 1, 4", "4, 4, 1", "4, 3, 5"})
    void bytes_askedAlongRows_areFlat(int pixelBytes, int width, int height) {
        var random = new Random(pixelBytes + 10L * width + 100L * height);
        for (int picture = 0; picture < 200; picture++) {
            int rowBytes = PIXELS * pixelBytes;
            byte[] samples = patches(random, rowBytes, pixelBytes);
            var kernel = ImageKernel.of(width, height, new float[width * height]);
            var areas = new FlatAreas(samples, rowBytes, pixelBytes, kernel);
            for (int y = 0; y <= ROWS - height; y++) {
                int end = (PIXELS - width + 1) * pixelBytes;
                for (int x = 0; x < end; ) {
                    int first = y * rowBytes + x;
                    int bytes = areas.bytes(first);
                    if (isFlat(samples, first, rowBytes, pixelBytes, width, height)) {
                        assertThat(bytes).isPositive();
                    }
                    for (int i = 0; i < bytes; i++) {
                        assertThat(isFlatInBand(samples, first + i, rowBytes, pixelBytes, width, height))
                                .isTrue();
                        assertThat(samples[first + i]).isEqualTo(samples[first + i % pixelBytes]);
                    }
                    x += Math.max(1, bytes) + random.nextInt(3); // some are certain, so that nobody asks
                }
                y += random.nextInt(8) / 7; // so are whole rows
            }
        }
    }

    /** Rectangles of few colours, which differ in few bands, with some single samples among them. */
    private static byte[] patches(Random random, int rowBytes, int pixelBytes) {
        var samples = new byte[ROWS * rowBytes];
        for (int patch = 0; patch < 12; patch++) {
            int left = random.nextInt(PIXELS);
            int top = random.nextInt(ROWS);
            int right = Math.min(PIXELS, left + 1 + random.nextInt(PIXELS));
            int bottom = Math.min(ROWS, top + 1 + random.nextInt(ROWS));
            int colour = random.nextInt(1 << pixelBytes);
            for (int y = top; y < bottom; y++) {
                for (int x = left; x < right; x++) {
                    for (int band = 0; band < pixelBytes; band++) {
                        samples[y * rowBytes + x * pixelBytes + band] = (byte) (colour >> band & 1);
                    }
                }
            }
        }
        for (int i = 0; i < 5; i++) {
            samples[random.nextInt(samples.length)] = 2;
        }
        return samples;
    }

    /** Whether a whole pixel's windows are flat. */
    private static boolean isFlat(byte[] samples, int first, int rowBytes, int pixelBytes, int width, int height) {
        for (int band = 0; band < pixelBytes; band++) {
            if (first % rowBytes + width * pixelBytes > rowBytes
                    || !isFlatInBand(samples, first + band, rowBytes, pixelBytes, width, height)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFlatInBand(
            byte[] samples, int first, int rowBytes, int pixelBytes, int width, int height) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (samples[first + y * rowBytes + x * pixelBytes] != samples[first]) {
                    return false;
                }
            }
        }
        return true;
    }
}
