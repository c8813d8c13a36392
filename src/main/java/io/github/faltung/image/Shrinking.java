package io.github.faltung.image;

/** Makes a picture smaller: each new pixel is the mean of the area it covers, first along the rows, then along the columns. */
final class Shrinking {
    private Shrinking() {}

    static Picture shrink(Picture picture, int width, int height) {
        int channels = picture.channels();
        // A column's neighbours are a row apart: the same pass, with the axes' roles exchanged.
        float[] narrow = pass(picture.planes(), channels * picture.height(), picture.width(), width, 1);
        float[] small = pass(narrow, channels, picture.height(), height, width);
        return new Picture(channels, width, height, small);
    }

    /**
     * Shrinks the middle axis of {@code [outer, from, inner]}.
     *
     * @param to its new extent, not more than {@code from}
     */
    private static float[] pass(float[] values, int outer, int from, int to, int inner) {
        var result = new float[outer * to * inner];
        for (int o = 0; o < outer; o++) {
            for (int position = 0; position < to; position++) {
                double start = (double) position * from / to;
                double end = (double) (position + 1) * from / to;
                for (int i = 0; i < inner; i++) {
                    result[(o * to + position) * inner + i] = mean(values, o * from, inner, i, start, end);
                }
            }
        }
        return result;
    }

    private static float mean(float[] values, int first, int inner, int i, double start, double end) {
        double sum = 0;
        for (int k = (int) start; k < end; k++) {
            double covered = Math.min(end, k + 1) - Math.max(start, k);
            sum += covered * values[(first + k) * inner + i];
        }
        return (float) (sum / (end - start));
    }
}
