package io.github.faltung.planning;

import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;

/**
 * What a model of costs has to know of what an engine runs on.
 *
 * @param threads that work on one call
 * @param lanes how many f32 numbers an operation of the processor works on at once
 * @param vectorLength how many its kernels' vectors hold
 * @param speedOfBf16 how many products of bf16 numbers are computed in the time of one of f32
 */
record Hardware(int threads, int lanes, int vectorLength, double speedOfBf16) {
    static Hardware of(Engine engine) {
        return new Hardware(
                engine.threads(), engine.lanes(), engine.vectorLength(), engine.relativeSpeed(DataType.BF16));
    }
}
