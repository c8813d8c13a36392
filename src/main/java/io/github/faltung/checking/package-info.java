/**
 * Proof: runs an engine beside one that can say what is right, compares exactly or within a rigorous bound, and reports.
 *
 * <p>Imports {@link io.github.faltung.convolution} and {@link io.github.faltung.tensor} only; engines come as arguments.
 *
 * <pre>{@code
 * try (Engine fast = OneDnnEngine.open();
 *         Engine reference = new ReferenceEngine();
 *         Engine checked = CheckedEngine.of(fast, reference);
 *         Convolution conv = checked.convolution(layer, weights, bias)) {
 *     conv.forward(src, dst); // throws MismatchException if an output is off by more than rounding explains
 * }
 * }</pre>
 *
 * <p><b>Exact.</b> Fills of small integers make every partial sum exact in f32, whatever the order of summation, so results compare
 * with {@code ==}: {@link io.github.faltung.checking.ExactFill}.
 *
 * <p><b>Bounded.</b> For other data a result is accepted if no more than rounding separates it from the reference: {@link
 * io.github.faltung.checking.ErrorBound}. No tolerance is picked by hand; the only numbers that are not derived here are those by which
 * oneDNN accepts its own approximations of exp, erf and tanh.
 *
 * <p><b>Witnesses.</b> {@link io.github.faltung.checking.ScatterWitness} scatters where the reference gathers, {@link
 * io.github.faltung.checking.Im2colWitness} multiplies matrices, and {@link io.github.faltung.checking.ConvolutionMatrix} is the layer as
 * one sparse matrix. They are here, not in {@code convolution}, since they do arithmetic on weights, and not in {@code reference}, since
 * that shows nothing but the definition of right, which they are there to confirm.
 *
 * <p><b>Gradients.</b> They are compared like outputs, and on integers the engine must also keep {@code ⟨conv(x, w), y⟩ = ⟨x, diffSrc⟩ =
 * ⟨w, diffWeights⟩} to the bit, which sees every element where the comparison sees a sample.
 *
 * <p><b>Why a pass can be refused.</b> A comparison of zeros with zeros proves nothing. {@link
 * io.github.faltung.checking.ProblemRunner} fails such a run as vacuous.
 */
@NullMarked
package io.github.faltung.checking;

import org.jspecify.annotations.NullMarked;
