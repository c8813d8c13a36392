/**
 * The vocabulary of convolution and the contract of everything that computes one. No arithmetic beyond that of shapes.
 *
 * <p>Imports only {@link io.github.faltung.tensor}; every engine, wrapper and tool imports this. The engines never import each
 * other: what wraps an engine gets it as an argument.
 *
 * <pre>{@code
 * var layer = ConvolutionDescriptor.conv2d(64, 128).kernel(3, 3).stride(2).padding(Padding.same()).build();
 * try (Engine engine = OneDnnEngine.open(); Convolution conv = engine.convolution(layer, weights, bias)) {
 *     conv.forward(src, dst);
 * }
 * }</pre>
 *
 * <p><b>Where a rule lives.</b> What a layer may be: {@link io.github.faltung.convolution.ConvolutionDescriptor}'s constructor.
 * What source it may be given: {@link io.github.faltung.convolution.ConvolutionProblem}. Which tensors may be handed in: {@code
 * Arguments}, once per call, before any engine sees them; engines trust what they get.
 *
 * <p><b>Why chains and separable layers are here.</b> They are descriptors, and orders in which an engine's layers are called; the
 * arithmetic is all the engine's. Finding a separable kernel computes, so that is in {@code planning}.
 *
 * <p><b>Why programs are here.</b> A {@link io.github.faltung.convolution.Program} says one layer as copies and other layers. Whoever thinks it up
 * knows no engine, and the engine that compiles it into a {@link io.github.faltung.convolution.Routine} knows no formulations.
 *
 * <p><b>Numbers that are not finite.</b> Every engine makes of them what the reference makes: what is not a number reaches the outputs
 * whose windows contain it, infinities add up as IEEE 754 says, subnormal numbers are numbers, and what an output holds does not tell −0
 * from 0. Where engines may differ:
 *
 * <ul>
 *   <li>The reference adds in double precision. Where partial sums exceed the largest float, a result may be infinite, or not a number if
 *       they exceed it both ways. {@code Faltung.open()} adds the columns of windows that are a column times a row first; their sums exceed it
 *       from sources of 3.4·10³⁸ / Σ|column| on, though the next pass may make the result smaller.
 *   <li>A post-op that chooses by its input (ReLU, clip, max, min, PReLU, …) may make anything of what is not a number; maximum pooling
 *       passes over it.
 *   <li>{@code Faltung.open()} may say layers with weights of zero for neighbours, so that these, too, become not a number next to a
 *       source that is not finite. {@code PlanningOptions.withNonFiniteConfined()} forbids that, for layers of f32; a {@link
 *       io.github.faltung.convolution.Precision} other than strict makes of an infinity something that is not a number.
 *   <li>Kernels that multiply pairs of bf16, f16 or 8-bit numbers give an odd one a neighbour with a weight of zero, with the same effect.
 *   <li>Weights that are not finite make outputs whose windows reach into the padding not a number: padding may be zeros in memory. So do
 *       gradients that flow in make gradients of weights, on processors without AVX-512.
 * </ul>
 *
 * <p><b>The same numbers, the same bits.</b> The same layer, source, engine, options and number of threads give the same bits. With another
 * number of threads, and for gradients and layers of integers as callers come and go, another order of additions may be used: then results
 * are within the bound that a checked engine goes by.
 *
 * <p><b>Why descriptors are serializable.</b> They are values, and programs on several machines send them to each other. They are records, which
 * Java makes again by their constructors, so what arrives has been checked like any other; a kind of link that a program adds may be
 * serializable or not. Tensors, layers and engines hold memory of their process, and are not.
 *
 * <p><b>Why extents are below 2³¹.</b> oneDNN's kernels keep the extents of single axes in 32-bit integers and do not check them.
 * Whole tensors may be larger.
 */
@NullMarked
package io.github.faltung.convolution;

import org.jspecify.annotations.NullMarked;
