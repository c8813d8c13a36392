package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A layer with data, and an output that someone else computed in f32. The tensors stay whose they are.
 *
 * @param name what results are reported under
 * @param src {@code [MB, IC, spatial…]}
 * @param weights as the descriptor has them
 * @param bias {@code [OC]}; {@code null} for none
 * @param expected {@code [MB, OC, spatial…]}
 */
public record ConvolutionCase(
        String name,
        ConvolutionDescriptor descriptor,
        Tensor src,
        Tensor weights,
        @Nullable Tensor bias,
        Tensor expected) {}
