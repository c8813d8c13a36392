package io.github.faltung.onednn;

import java.util.Arrays;

/**
 * Multiplies in Java, for processors for which oneDNN has reference loops only. The part of the source that a matrix refers to is copied to
 * the heap first: the JDK's compiler turns loops over arrays into vector instructions, but not loops over buffers (JDK 17).
 */
final class JavaSampling implements SamplingProduct {
    /** So many floats are made before they are copied: they are still in the first-level cache then. */
    private static final int CHUNK_FLOATS = 1 << 12;

    private final int run;
    private final int chunkRows;
    private final float[] chunk;
    private final FloatsAt floats = new FloatsAt();
    private float[] source = {};
    private int firstColumn;

    /**
     * Makes the buffers.
     *
     * @param run the channels that a row covers
     */
    JavaSampling(int run) {
        this.run = run;
        this.chunkRows = Math.max(1, CHUNK_FLOATS / run);
        this.chunk = new float[chunkRows * run];
    }

    @Override
    public void multiply(SparseRows matrix, long src, long columns) {
        copySource(matrix, src);
        for (int first = 0; first < matrix.rows(); first += chunkRows) {
            int count = Math.min(chunkRows, matrix.rows() - first);
            for (int i = 0; i < count; i++) {
                multiplyRow(matrix, first + i, i * run);
            }
            floats.at(columns + (long) first * run * Float.BYTES).put(chunk, 0, count * run);
        }
    }

    private void copySource(SparseRows matrix, long src) {
        int least = Integer.MAX_VALUE;
        int most = -1;
        for (int e = 0; e < matrix.entries(); e++) {
            least = Math.min(least, matrix.columns()[e]);
            most = Math.max(most, matrix.columns()[e]);
        }
        if (most >= 0) {
            int length = (most + 1 - least) * run;
            if (source.length < length) {
                source = new float[length];
            }
            firstColumn = least;
            floats.at(src + (long) least * run * Float.BYTES).get(source, 0, length);
        }
    }

    private void multiplyRow(SparseRows matrix, int row, int at) {
        int entry = matrix.starts()[row];
        int end = matrix.starts()[row + 1];
        if (end - entry == BilinearSampler.CORNERS) {
            float[] values = matrix.values();
            blend(
                    column(matrix, entry),
                    column(matrix, entry + 1),
                    column(matrix, entry + 2),
                    column(matrix, entry + 3),
                    values[entry],
                    values[entry + 1],
                    values[entry + 2],
                    values[entry + 3],
                    at);
            return;
        }
        Arrays.fill(chunk, at, at + run, 0);
        for (; entry < end; entry++) {
            int from = column(matrix, entry);
            float value = matrix.values()[entry];
            for (int i = 0; i < run; i++) {
                chunk[at + i] += value * source[from + i];
            }
        }
    }

    private int column(SparseRows matrix, int entry) {
        return (matrix.columns()[entry] - firstColumn) * run;
    }

    private void blend(int a, int b, int c, int d, float ofA, float ofB, float ofC, float ofD, int at) {
        float[] from = source;
        float[] to = chunk;
        for (int i = 0; i < run; i++) {
            to[at + i] = ofA * from[a + i] + ofB * from[b + i] + ofC * from[c + i] + ofD * from[d + i];
        }
    }

    @Override
    public void close() {
        // Has arrays only.
    }
}
