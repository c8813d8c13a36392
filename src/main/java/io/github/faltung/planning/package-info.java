/**
 * Formulations: the same convolution, said another way, so that it costs less. They work on any {@link
 * io.github.faltung.convolution.Engine}.
 *
 * <p>Imports {@link io.github.faltung.convolution} and {@link io.github.faltung.tensor} only; engines come as arguments.
 *
 * <pre>{@code
 * try (Engine engine = PlanningEngine.over(OneDnnEngine.open()); Convolution conv = engine.convolution(layer, weights, bias)) {
 *     conv.forward(src, dst);
 *     System.out.println(conv.explain(src.dims())); // the formulation, and what it was preferred to
 * }
 * }</pre>
 *
 * <p><b>From a layer to what runs.</b> {@code PlannedConvolution} asks the {@code Planner} once for each shape of source and destination.
 * {@code Proposals} cuts the layer, a {@code Task}, into pieces in several ways, each a {@code Division}; the {@code Search} turns a piece into
 * {@code Candidate}s: each {@code Formulation} offers {@code Draft}s, copies around other tasks, which are said another way in turn. {@code
 * CostModel} or {@code Measurement} ranks the proposals; the winner becomes a {@link io.github.faltung.convolution.Program}, which the inner
 * engine compiles into one {@link io.github.faltung.convolution.Routine}. {@link io.github.faltung.planning.Wisdom} remembers what was measured,
 * in words ({@code Said}) by which it is found again without going through the others.
 *
 * <p><b>Why pieces.</b> Where all threads share a step, and then the next, one core reads what another has written, which costs more than
 * computing it where a layer does little with each number. A piece stays on one core from the caller's source to the caller's destination; the
 * threads meet once a call. OpenMP's threads, which spin for milliseconds after each step and would want the same cores, have nothing to do
 * with it.
 *
 * <p><b>A caller's own program</b> of planned layers keeps its pieces and copies; {@code PlannedProgram} puts the steps that say a layer best in
 * the place of each of its own.
 *
 * <p><b>Adding a formulation</b> is a class and a line in {@code Formulations}. {@code FormulationsTest} then holds it to exact equality with
 * the reference, alone and nested, in both layouts.
 *
 * <p><b>Why every formulation keeps the bound.</b> Each output is still one sum of the same products; what some add are products with a
 * weight of zero, which are exact. So a planned result is held to the bound of the layer as it was asked for. Two are no such sums: {@code
 * SeparableWeights} computes others, and is used only for weights of which {@code RankOne} certifies that the bound holds all the same;
 * {@code Bf16Parts} leaves products out, and is used only where the layer's {@link io.github.faltung.convolution.Precision} allows it, with
 * the bound that goes with that. One thing differs: an infinity or NaN in the source times a zero that was added is NaN, so that neighbours
 * of outputs that see it may become NaN too, in {@code WidthAsChannels}, {@code MergedGroups} and {@code SubPixels}.
 *
 * <p><b>Why Winograd's algorithm is missing.</b> Its error grows with the largest elements of a tile, not with the products of one output, so
 * that no bound of the kind that everything here is checked with holds for it.
 *
 * <p><b>Why a singular value decomposition of our own.</b> It is needed once for each kernel, of matrices of a few dozen rows: sixty lines
 * of Jacobi rotations, more accurate for small singular values than what a library of linear algebra would bring along.
 */
@NullMarked
package io.github.faltung.planning;

import org.jspecify.annotations.NullMarked;
