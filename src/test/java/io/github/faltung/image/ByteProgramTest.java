package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The right sample, of the sum in double precision, is never below the low one nor above the high one; where sums are exact it is the low one.
 * On processors of every speed at 8-bit products, whatever this one's is.
 */
class ByteProgramTest {
    private static final double HALF = 0.5;

    private static List<Engine> engines;

    @BeforeAll
    static void open() {
        engines = List.of(Faltung.open(), new ReferenceEngine());
    }

    @AfterAll
    static void close() {
        engines.forEach(Engine::close);
    }

    /**
     * What is tried.
     *
     * @param kernel as it is laid over the image
     * @param parts windows of 8-bit weights that come of it
     * @param exact whether their sums are
     */
    record Case(String name, ImageKernel kernel, int parts, boolean exact) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static ImageKernel random(int height, int width, double least, double most, int seed) {
        var random = new Random(seed);
        var weights = new float[height * width];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) ((least + (most - least) * random.nextDouble()) / weights.length);
        }
        return ImageKernel.of(width, height, weights);
    }

    private static ImageKernel whole(int size, int most) {
        var random = new Random(size);
        var weights = new float[size * size];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(2 * most + 1) - most;
        }
        return ImageKernel.of(size, size, weights);
    }

    /** The largest weight is 127 units, the others are nearly half a unit above a number. */
    private static ImageKernel leaning() {
        float unit = 0x1p-14f;
        float[] weights = constant(121, 40.484375f * unit);
        weights[60] = 127 * unit;
        return ImageKernel.of(11, 11, weights);
    }

    static List<Case> cases() {
        return List.of(
                new Case("positive", random(12, 11, 0, 2, 1), 3, false),
                new Case("positive, less finely", random(12, 11, 0, 2, 1), 2, false),
                new Case("of both signs", random(21, 23, -1, 2, 2), 3, false),
                new Case("of both signs, less finely", random(6, 7, -1, 2, 4), 2, false),
                new Case("of many columns", random(9, 41, 0, 2, 3), 3, false),
                new Case("all left the same way", leaning(), 1, false),
                new Case("whole numbers", whole(5, 9), 1, true),
                new Case("sixteenths", NamedKernel.of("emboss").flipped(), 1, true),
                new Case("larger whole numbers", whole(4, 900), 2, true),
                new Case("mean", ImageKernel.of(3, 4, constant(12, 1 / 12f)), 1, true));
    }

    private static float[] constant(int length, float value) {
        var weights = new float[length];
        Arrays.fill(weights, value);
        return weights;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void convolve_eightBitWeights_enclosesTheRightSample(Case one) {
        for (int pixelBytes : List.of(1, 3, 4)) {
            // Those that are met: with instructions for dot products, and with tiles.
            for (double speed : List.of(4.0, 8.0)) {
                SumCosts costs = new SumCosts(pixelBytes, speed);
                ByteSums sums = eightBits(one, costs);
                assertThat(sums.terms()).hasSize(one.parts());
                assertThat(sums.isExact()).isEqualTo(one.exact());
                assertThat(sums.bound()).isLessThan(0.5);
                for (Engine engine : engines) {
                    requireEnclosed(engine, one, sums, pixelBytes);
                }
            }
        }
    }

    private static ByteSums eightBits(Case one, SumCosts costs) {
        if (!one.exact()) {
            EightBitParts parts =
                    EightBitParts.near(BytePass.of(one.kernel()), one.parts()).orElseThrow();
            return ByteSums.ofParts(parts, HALF, costs);
        }
        // Chosen as if 8-bit products took no time, run as on the processor.
        ByteSums chosen = ByteSums.of(one.kernel(), HALF, new SumCosts(costs.pixelBytes(), 1e9));
        assertThat(chosen.isOfEightBits()).isTrue();
        return new ByteSums(chosen.terms(), chosen.scale(), chosen.shift(), chosen.error(), costs);
    }

    private static void requireEnclosed(Engine engine, Case one, ByteSums sums, int pixelBytes) {
        ImageKernel kernel = one.kernel();
        int width = 37 + kernel.width() - 1;
        int height = 5 + kernel.height() - 1;
        var shape = new ByteProgram.Shape(pixelBytes, width, height);
        var program = new ByteProgram(engine, kernel, sums, shape);
        try {
            program.use(buffers -> {
                new Random(pixelBytes).nextBytes(buffers.samples());
                buffers.convolve();
                requireEnclosed(one, buffers, shape);
            });
        } finally {
            program.close();
        }
    }

    /** Low and high sums are less than a step apart, as twice a bound of less than half a step is: so they become the same sample, or neighbours. */
    private static void requireEnclosed(Case one, ByteProgram.Buffers buffers, ByteProgram.Shape shape) {
        ImageKernel kernel = one.kernel();
        for (int y = 0; y < shape.height() - kernel.height() + 1; y++) {
            for (int x = 0; x < (shape.width() - kernel.width() + 1) * shape.pixelBytes(); x++) {
                int at = y * shape.rowBytes() + x;
                int right = right(kernel, buffers.samples(), at, shape);
                int low = Byte.toUnsignedInt(buffers.low()[at]);
                int high = Byte.toUnsignedInt(buffers.high()[at]);
                assertThat(right).as("%s at %d, %d", one, x, y).isBetween(low, high);
                assertThat(high - low).as("%s at %d, %d", one, x, y).isLessThanOrEqualTo(one.exact() ? 0 : 1);
            }
        }
    }

    private static int right(ImageKernel kernel, byte[] samples, int at, ByteProgram.Shape shape) {
        double sum = 0;
        for (int y = 0; y < kernel.height(); y++) {
            for (int x = 0; x < kernel.width(); x++) {
                int sample = Byte.toUnsignedInt(samples[at + y * shape.rowBytes() + x * shape.pixelBytes()]);
                sum += (double) kernel.weights()[y * kernel.width() + x] * sample;
            }
        }
        return (int) Math.max(0, Math.min(Picture.WHITE, Math.floor(sum + HALF)));
    }
}
