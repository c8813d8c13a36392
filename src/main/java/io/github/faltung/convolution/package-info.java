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
 * <p><b>Why extents are below 2³¹.</b> oneDNN's kernels keep the extents of single axes in 32-bit integers and do not check them.
 * Whole tensors may be larger.
 */
@NullMarked
package io.github.faltung.convolution;

import org.jspecify.annotations.NullMarked;
