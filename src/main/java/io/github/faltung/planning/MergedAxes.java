package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A 3-D convolution with a window of one element along some axis as a 2-D one: slices as images where the window is one deep, the elements of
 * a slice in a row where it is one high and wide. The same memory, said otherwise.
 */
final class MergedAxes implements Formulation {
    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        var drafts = new ArrayList<Draft>();
        if (layer.transposed()
                || layer.spatialRank() != 3
                || task.src().isBlocked()
                || task.dst().isBlocked()) {
            return drafts;
        }
        List<Axis> axes = task.axes();
        Axis depth = axes.get(0);
        boolean pointwise = layer.kernel().stream().allMatch(kernel -> kernel == 1); // which is a product as it is
        if (pointwise) {
            return drafts;
        }
        if (depth.kernel() == 1 && depth.before() == 0 && depth.after() == 0) {
            long slices = task.dst().dims().get(2);
            add(
                    "slices as images",
                    task,
                    axes.subList(1, 3),
                    slicesAsImages(task.src().with(part -> part.slice(2, 0, slices, depth.stride()))),
                    slicesAsImages(task.dst()),
                    drafts);
        }
        if (axes.get(1).equals(Axis.NONE) && axes.get(2).equals(Axis.NONE)) {
            add(
                    "slices as rows",
                    task,
                    List.of(depth, Axis.NONE),
                    slicesAsRows(task.src()),
                    slicesAsRows(task.dst()),
                    drafts);
        }
        return drafts;
    }

    private static void add(
            String text, Task task, List<Axis> axes, @Nullable Region src, @Nullable Region dst, List<Draft> drafts) {
        if (src == null || dst == null) {
            return;
        }
        ConvolutionDescriptor layer = task.layer();
        var said = Axis.layer(layer, false, Channels.of(layer), axes, layer.postOps());
        Task inner = task.saidAs(said, text, parameters -> parameters, src, dst);
        drafts.add(new Draft(text, List.of(), List.of(inner), List.of()));
    }

    private static @Nullable Region slicesAsImages(Region region) {
        Part part = region.part();
        long[] dims = part.dims().toArray();
        long[] strides = part.strides();
        if (dims[0] > 1 && dims[2] > 1 && strides[0] != dims[2] * strides[2]) {
            return null;
        }
        return merged(region, 0, 2, dims[2] > 1 ? strides[2] : strides[0]);
    }

    private static @Nullable Region slicesAsRows(Region region) {
        Part part = region.part();
        if (part.dims().get(3) > 1 && part.stride(3) != part.dims().get(4) * part.stride(4)) {
            return null;
        }
        return merged(region, 3, 4, part.stride(4));
    }

    /** Returns a region with one axis less: two become one, in the place of the slower, with the stride of the faster. */
    private static Region merged(Region region, int slower, int faster, long stride) {
        long[] extents = region.dims().toArray();
        long[] steps = region.part().strides();
        extents[slower] *= extents[faster];
        steps[slower] = stride;
        return region.with(part -> new Part(part.offset(), Dims.of(without(extents, faster)), without(steps, faster)));
    }

    private static long[] without(long[] values, int removed) {
        long[] fewer = Arrays.copyOf(values, values.length - 1);
        System.arraycopy(values, removed + 1, fewer, removed, fewer.length - removed);
        return fewer;
    }
}
