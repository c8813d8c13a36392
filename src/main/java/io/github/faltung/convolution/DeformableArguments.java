package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one call of a deformable layer.
 *
 * @param src {@code [MB, IC, H, W]}, f32, any layout, read
 * @param offsets {@code [MB, offsetGroups·KH·KW·2, OH, OW]}, f32, any layout, read: for each offset group and tap, in that order, how far
 *     the tap is moved down, then how far to the right, in source elements
 * @param mask {@code [MB, offsetGroups·KH·KW, OH, OW]}, f32, any layout, read: what each tap is multiplied by; {@code null} for 1
 * @param dst {@code [MB, OC, OH, OW]}, f32, any layout, overwritten, unless a {@link PostOp.Sum} reads it first
 */
public record DeformableArguments(
        Tensor src, Tensor offsets, @Nullable Tensor mask, Tensor dst) {
    /** Refuses {@code null} where it means nothing. */
    public DeformableArguments {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(offsets, "offsets");
        Objects.requireNonNull(dst, "dst");
    }

    void check(DeformableDescriptor layer) {
        Arguments.checkForward(layer.convolution(), src, dst);
        int channels = layer.offsetGroups() * layer.taps();
        check("offsets", offsets, 2L * channels, layer);
        if (mask != null) {
            check("mask", mask, channels, layer);
        }
    }

    private void check(String name, Tensor tensor, long channels, DeformableDescriptor layer) {
        if (tensor.dataType() != DataType.F32) {
            throw Rule.broken(name, "must be " + DataType.F32, tensor.dataType(), layer);
        }
        Dims out = dst.dims();
        Dims dims = tensor.dims();
        boolean fits = dims.rank() == 4
                && dims.get(0) == out.get(0)
                && dims.get(1) == channels
                && dims.get(2) == out.get(2)
                && dims.get(3) == out.get(3);
        if (!fits) {
            Dims wanted = Dims.of(out.get(0), channels, out.get(2), out.get(3));
            throw Rule.broken(name, "must have dims " + wanted, dims, layer);
        }
        if (tensor.overlaps(dst)) {
            throw Rule.broken("dst", "must not share memory with " + name, dst, layer);
        }
    }

    /** Calls {@code body} with the tensors' memory held. */
    void whileHeld(Runnable body) {
        Tensor fourth = mask == null ? offsets : mask;
        Tensor.whileHeld(src, dst, (in, out) -> Tensor.whileHeld(offsets, fourth, (a, b) -> body.run()));
    }
}
