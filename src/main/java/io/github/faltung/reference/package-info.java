/**
 * The Java twin: the plainest loops, double accumulation, no speed tricks. The definition of right.
 *
 * <p>Imports {@link io.github.faltung.convolution} and {@link io.github.faltung.tensor} only; its sole public class is the engine.
 *
 * <pre>{@code
 * try (Engine engine = new ReferenceEngine(); Convolution conv = engine.convolution(layer, weights, bias)) {
 *     float[] out = conv.forward(pixels, Dims.of(1, 3, 300, 451));
 * }
 * }</pre>
 *
 * <p><b>Why one loop nest for everything.</b> A 1-D or 2-D problem is a 3-D one whose other axes have extent 1, a depthwise one has
 * one channel a group. A single nest that anyone can read is worth more here than a faster one for each kind.
 */
@NullMarked
package io.github.faltung.reference;

import org.jspecify.annotations.NullMarked;
