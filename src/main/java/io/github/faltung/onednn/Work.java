package io.github.faltung.onednn;

/**
 * About how much a call has to do, which tells whether other threads are worth calling: OpenMP's take 4 µs to begin and to be waited for, in which
 * one thread is done with a small tensor (measured on a Zen 4 of two processors: maxima of 16 × 14 × 14 numbers take 5 µs on two threads, 1 µs on one).
 */
@FunctionalInterface
interface Work {
    /** Has all threads called. */
    Work MUCH = (src, dst) -> Double.POSITIVE_INFINITY;

    /** What one thread does in a microsecond, roughly, on any processor with AVX2 or better. */
    double OPERATIONS = 1e5;

    double BYTES = 2e4;

    /** Half of it takes somewhat longer than calling a second thread. */
    double LEAST_MICROS = 10;

    /** Returns how many operations there are for tensors of such shapes, reading and writing them not counted. */
    double operations(TensorShape src, TensorShape dst);

    /**
     * Returns how many threads are worth calling.
     *
     * @param granted at most
     */
    default int threads(int granted, TensorShape src, TensorShape dst) {
        double micros = operations(src, dst) / OPERATIONS + (bytes(src) + bytes(dst)) / BYTES;
        return micros < LEAST_MICROS ? 1 : granted;
    }

    private static double bytes(TensorShape shape) {
        return (double) shape.dims().elements() * shape.dataType().bytes();
    }
}
