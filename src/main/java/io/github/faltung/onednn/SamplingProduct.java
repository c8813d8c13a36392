package io.github.faltung.onednn;

/** Multiplies sampling matrices with a source: one of the two ways to do it, with the buffers of one worker. For one thread at a time. */
interface SamplingProduct extends AutoCloseable {
    /**
     * Computes {@code columns = matrix · source}.
     *
     * @param matrix has all its rows, in the order of {@link BilinearSampler}
     * @param src where the source begins, dense, channels last
     * @param columns where to write {@code [rows, channels of a run]}
     */
    void multiply(SparseRows matrix, long src, long columns);

    @Override
    void close();
}
