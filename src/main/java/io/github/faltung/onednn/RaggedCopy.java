package io.github.faltung.onednn;

import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of every so-manyth element where the row is no multiple of that: oneDNN wants the stride of a slower axis to step over as many
 * strides of a faster one as that has elements, so the last element along the faster axis is copied apart.
 */
final class RaggedCopy {
    private RaggedCopy() {}

    /** Returns the copies that oneDNN takes. */
    static List<Copy> pieces(Copy copy) {
        var pieces = new ArrayList<Copy>();
        cut(copy, pieces);
        return pieces;
    }

    private static void cut(Copy copy, List<Copy> pieces) {
        int axis = Math.max(raggedAxis(copy.from().part()), raggedAxis(copy.to().part()));
        if (axis < 0) {
            pieces.add(copy);
            return;
        }
        long last = copy.from().dims().get(axis) - 1;
        cut(copy.between(slice(copy.from(), axis, 0, last), slice(copy.to(), axis, 0, last)), pieces);
        cut(copy.between(slice(copy.from(), axis, last, 1), slice(copy.to(), axis, last, 1)), pieces);
    }

    private static Region slice(Region region, int axis, long start, long count) {
        return region.with(part -> part.slice(axis, start, count));
    }

    /** Returns an axis that reaches into the next element of a slower one, or -1. */
    private static int raggedAxis(Part part) {
        int rank = part.dims().rank();
        for (int axis = 0; axis < rank; axis++) {
            for (int slower = 0; slower < rank; slower++) {
                boolean isSlower = part.dims().get(slower) > 1 && part.stride(slower) > part.stride(axis);
                long reach = part.dims().get(axis) * part.stride(axis);
                if (part.dims().get(axis) > 1 && isSlower && part.stride(slower) < reach) {
                    return axis;
                }
            }
        }
        return -1;
    }
}
