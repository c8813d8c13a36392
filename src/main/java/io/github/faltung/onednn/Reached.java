package io.github.faltung.onednn;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.function.Consumer;

/** The part of a gradient by an output that depends on the source: all, but for output padding of a stride or more. */
final class Reached {
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
        gradient.copyFrom(new float[Math.toIntExact(gradient.dims().elements())], Layout.CHANNELS_FIRST);
    }

    /** Copies the beginning of each axis; rare, so that plain Java will do. */
    private static Tensor copy(Tensor tensor, Dims dims) {
        float[] all = tensor.toFloatArray();
        var some = new float[Math.toIntExact(dims.elements())];
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
