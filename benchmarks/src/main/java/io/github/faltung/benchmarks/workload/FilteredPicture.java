package io.github.faltung.benchmarks.workload;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.Deviation;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.tensor.Dims;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** What a filtered picture must be, pixel by pixel, by the definition in double precision. */
final class FilteredPicture {
    private static final int WIDTH = PictureWorkload.WIDTH;
    private static final int HEIGHT = PictureWorkload.HEIGHT;
    private static final int WHITE = 255;
    private static final long MOST_PIXELS = 4096;

    /** Rows that are compared as a whole: through border, sun and houses, lawn. */
    private static final List<Integer> ROWS = List.of(0, HEIGHT / 2, HEIGHT * 4 / 5);

    private final int size;
    private final int bands;
    private final float[] laidOver;
    private final float[] src;

    FilteredPicture(PictureWorkload workload) {
        size = workload.size();
        bands = workload.type().bands();
        laidOver = workload.kernel().flipped().weights();
        src = PictureWorkload.samples(workload.picture());
    }

    /**
     * Compares, but for what is NaN.
     *
     * @param half what is added to sums before they are rounded down
     * @param bound in steps
     */
    Comparison compare(float[] found, double half, double bound) {
        long compared = 0;
        long mismatches = 0;
        Deviation first = null;
        Deviation worst = new Deviation(0, 0, 0, bound);
        for (long position : positions()) {
            float value = found[(int) position];
            if (Float.isNaN(value)) {
                continue;
            }
            var deviation = new Deviation(position, sample((int) position, half), value, bound);
            compared++;
            worst = deviation.ratio() > worst.ratio() ? deviation : worst;
            if (deviation.isMismatch()) {
                mismatches++;
                first = first == null ? deviation : first;
            }
        }
        return new Comparison(compared, mismatches, first, worst);
    }

    private long[] positions() {
        OutputSample sample = OutputSample.of(Dims.of(1, bands, HEIGHT, WIDTH), MOST_PIXELS, 0);
        LongStream rows = LongStream.range(0, bands)
                .flatMap(band -> ROWS.stream().mapToLong(row -> (band * HEIGHT + row) * WIDTH))
                .flatMap(start -> LongStream.range(start, start + WIDTH));
        return LongStream.concat(Arrays.stream(sample.positions()), rows)
                .sorted()
                .distinct()
                .toArray();
    }

    /** Returns the sum of the products, row by row, rounded down and held within the range of samples. */
    private double sample(int position, double half) {
        int band = position / (WIDTH * HEIGHT);
        int middleY = position / WIDTH % HEIGHT;
        int middleX = position % WIDTH;
        double sum = 0;
        for (int i = 0; i < laidOver.length; i++) {
            int y = Math.max(0, Math.min(HEIGHT - 1, middleY + i / size - size / 2));
            int x = Math.max(0, Math.min(WIDTH - 1, middleX + i % size - size / 2));
            sum += (double) laidOver[i] * src[(band * HEIGHT + y) * WIDTH + x];
        }
        return Math.max(0, Math.min(WHITE, Math.floor(sum + half)));
    }
}
