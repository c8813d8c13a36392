package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A depthwise layer of a few channels whose windows are one element wide, as one of as many channels as a row has elements: the same memory,
 * and whole vectors.
 */
final class ColumnsAsChannels implements Formulation {
    /** With so many channels vectors are full without it. */
    private static final int FEW = 8;

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        var channels = Channels.of(layer);
        int last = layer.spatialRank() - 1;
        Axis width = task.axes().get(last);
        boolean applies = !layer.transposed()
                && layer.spatialRank() == 2
                && channels.groups() == channels.inputs()
                && channels.groups() == channels.outputs()
                && channels.groups() <= FEW
                && width.equals(Axis.NONE)
                && task.src().dims().get(3) > 1;
        if (!applies) {
            return List.of();
        }
        Region src = merged(task.src());
        Region dst = merged(task.dst());
        if (src == null || dst == null) {
            return List.of();
        }
        int columns = Math.toIntExact(src.dims().get(1));
        int count = channels.groups();
        var axes = new ArrayList<Axis>(List.of(Axis.NONE, task.axes().get(0)));
        var said = Axis.layer(
                layer,
                false,
                new Channels(columns, columns, columns),
                axes,
                Channels.postOps(layer.postOps(), columns, channel -> channel % count));
        Task inner = task.saidAs(
                said,
                "columns as channels",
                parameters -> new Parameters(
                        repeated(parameters.weights(), columns / count),
                        Channels.bias(parameters.bias(), columns, channel -> channel % count)),
                src,
                dst);
        return List.of(new Draft("columns as channels", List.of(), List.of(inner), List.of()));
    }

    /** Returns {@code [MB, W · C, 1, H]}, or {@code null} if rows are not one run of memory. */
    private static @Nullable Region merged(Region region) {
        Part part = region.part();
        long channels = part.dims().get(1);
        boolean isRun = !region.isBlocked() && (channels == 1 || part.stride(1) == 1) && part.stride(3) == channels;
        if (!isRun) {
            return null;
        }
        var dims = Dims.of(
                part.dims().get(0),
                channels * part.dims().get(3),
                1,
                part.dims().get(2));
        long[] strides = {part.stride(0), 1, part.stride(0), part.stride(2)};
        return region.with(whole -> new Part(whole.offset(), dims, strides));
    }

    private static float[] repeated(float[] weights, int times) {
        var result = new float[Math.multiplyExact(weights.length, times)];
        for (int i = 0; i < times; i++) {
            System.arraycopy(weights, 0, result, i * weights.length, weights.length);
        }
        return result;
    }
}
