package io.github.faltung.examples;

import java.time.Duration;

/**
 * What a server allows.
 *
 * @param uploadBytes of a picture's file at most
 * @param pixels of a picture at most, checked before any of them is decoded
 * @param kernelTaps of a kernel at most, since each pixel takes as many products
 * @param waiting requests that may wait for a processor; more are turned away at once
 * @param time from a request's arrival to its last filtered row at most
 */
record ServerLimits(long uploadBytes, long pixels, int kernelTaps, int waiting, Duration time) {
    /** What a small public service may bear. */
    static final ServerLimits USUAL = new ServerLimits(32 << 20, 50_000_000, 63 * 63, 64, Duration.ofSeconds(10));
}
