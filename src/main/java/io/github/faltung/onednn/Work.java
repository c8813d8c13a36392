package io.github.faltung.onednn;

/**
 * About how much a call has to do, which tells whether other threads are worth calling: OpenMP's have to be called and waited for, in which
 * time one thread is done with a small tensor. Measured on a Zen 4 of two processors ({@code .ci/threads}): maxima of 16 × 14 × 14 numbers took
 * 5 µs on two threads and take 1.8 µs on one, the call included.
 */
@FunctionalInterface
interface Work {
    /** Has all threads called. */
    Work MUCH = (src, dst) -> Double.POSITIVE_INFINITY;

    /** So many a thread does in a microsecond; the order of magnitude is all that matters. */
    double OPERATIONS = 1e5;

    /** So many it reads or writes in a microsecond, likewise. */
    double BYTES = 2e4;

    /** Of what one thread does in less, half takes no longer than calling a second one. */
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
