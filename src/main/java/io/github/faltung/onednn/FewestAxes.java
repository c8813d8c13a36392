package io.github.faltung.onednn;

import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Part;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Copies said with as few axes as they have: without those of one element, and with those as one that follow on each other in both regions. oneDNN's
 * fastest reorders want few, and its choice of one goes by their number: f32 to u8 with three or four falls to a slow one for recurrent
 * layers.
 */
final class FewestAxes {
    private FewestAxes() {}

    /** Returns the same copy. */
    static Copy of(Copy copy) {
        if (copy.from().isBlocked() || copy.to().isBlocked()) {
            return copy;
        }
        Part from = copy.from().part();
        Part to = copy.to().part();
        List<CopyAxis> axes = CopyAxis.fewest(from.dims().toArray(), from.strides(), to.strides());
        return axes.isEmpty()
                ? copy.between(one(copy.from()), one(copy.to()))
                : copy.between(said(copy.from(), axes, CopyAxis::from), said(copy.to(), axes, CopyAxis::to));
    }

    private static Region one(Region region) {
        return region.with(part -> new Part(part.offset(), Dims.of(1), new long[] {1}));
    }

    private static Region said(Region region, List<CopyAxis> axes, ToLongFunction<CopyAxis> stride) {
        long[] extents = axes.stream().mapToLong(CopyAxis::extent).toArray();
        long[] strides = axes.stream().mapToLong(stride).toArray();
        return region.with(part -> new Part(part.offset(), Dims.of(extents), strides));
    }
}
