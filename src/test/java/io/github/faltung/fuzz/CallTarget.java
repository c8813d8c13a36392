package io.github.faltung.fuzz;

import io.github.faltung.convolution.UnsupportedConvolutionException;
import java.util.List;

/** A target that hands tensors to prepared layers. Closed ones are refused as closed, and only those. */
abstract class CallTarget extends ChoiceTarget {
    CallTarget(String name) {
        super(
                name,
                List.of(
                        IllegalArgumentException.class,
                        IllegalStateException.class,
                        UnsupportedConvolutionException.class));
    }

    @Override
    final void feed(Choices choices) {
        try (var tensors = new HandedTensors(choices)) {
            try {
                call(choices, tensors);
            } catch (IllegalStateException e) {
                tensors.requireClosed(true);
                throw e;
            }
            tensors.requireClosed(false);
        }
    }

    /** Makes one call with such tensors. */
    abstract void call(Choices choices, HandedTensors tensors);
}
