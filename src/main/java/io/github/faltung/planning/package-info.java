/**
 * Formulations: the same convolution, said another way, so that it costs less. They work on any {@link
 * io.github.faltung.convolution.Engine}.
 *
 * <p>Imports {@link io.github.faltung.convolution} and {@link io.github.faltung.tensor} only; engines come as arguments.
 *
 * <pre>{@code
 * SeparableKernel kernel = SeparableKernel.find(layer, weights); // a Gaussian, say
 * try (Sequential passes = kernel.prepare(engine, null)) {
 *     passes.forward(src, dst); // 21 + 21 products instead of 21 · 21
 * }
 * }</pre>
 *
 * <p><b>Why a singular value decomposition of our own.</b> It is needed once for each kernel, of matrices of a few dozen rows: sixty lines
 * of Jacobi rotations, more accurate for small singular values than what a library of linear algebra would bring along.
 */
@NullMarked
package io.github.faltung.planning;

import org.jspecify.annotations.NullMarked;
