package io.github.faltung.onednn;

import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.function.Consumer;

/** The part of a gradient by an output that depends on the source: all, but for output padding of a stride or more. */
final class Reached {
    /** What a Java array can hold. */
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private Reached() {}

    /**
     * Calls {@code body} with the part.
     *
     * @param dims the part's, which begins where the tensor does
     */
    static void whileHeld(Tensor diffDst, Dims dims, Consumer<Tensor> body) {
        if (diffDst.dims().equals(dims)) {
            body.accept(diffDst);
            return;
        }
        try (Tensor part = copy(diffDst, dims)) {
            body.accept(part);
        }
    }

    /** Overwrites a gradient where nothing is reached. */
    static void zero(Tensor gradient) {
        gradient.copyFrom(new float[length(gradient.dims())], Layout.CHANNELS_FIRST);
    }

    /**
     * Returns how many elements of a gradient an array has to hold.
     *
     * @throws UnsupportedConvolutionException if none can
     */
    static int length(Dims gradient) {
        if (gradient.elements() > MOST_ELEMENTS) {
            throw new UnsupportedConvolutionException(
                    "such a gradient must have less than 2^31 - 8 elements, but was " + gradient);
        }
        return (int) gradient.elements();
    }

    /** Copies the beginning of each axis; rare, so that plain Java will do. */
    private static Tensor copy(Tensor tensor, Dims dims) {
        var some = new float[length(dims)];
        var all = new float[length(tensor.dims())];
        tensor.copyTo(all, Layout.CHANNELS_FIRST);
        for (int i = 0; i < some.length; i++) {
            long rest = i;
            long from = 0;
            long step = 1;
            for (int axis = dims.rank() - 1; axis >= 0; axis--) {
                from += rest % dims.get(axis) * step;
                rest /= dims.get(axis);
                step *= tensor.dims().get(axis);
            }
            some[i] = all[(int) from];
        }
        Tensor part = Tensor.allocate(tensor.dataType(), dims, Layout.CHANNELS_FIRST);
        part.copyFrom(some, Layout.CHANNELS_FIRST);
        return part;
    }
}
