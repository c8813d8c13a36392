package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.List;

/**
 * Windows that are a column times a row as two convolutions, k + k products instead of k · k. Whether they are depends on the weights: see
 * {@link RankOne}.
 */
final class SeparableWeights implements Formulation {
    @Override
    public List<Draft> drafts(Task task) {
        if (!task.separable()) {
            return List.of();
        }
        ConvolutionDescriptor layer = task.layer();
        List<Axis> axes = task.axes();
        var channels = Channels.of(layer);
        int outputs = channels.outputs();
        var vertical = Axis.layer(layer, false, channels, List.of(axes.get(0), Axis.NONE), List.of());
        var horizontal = Axis.layer(
                layer,
                false,
                new Channels(outputs, outputs, outputs),
                List.of(Axis.NONE, axes.get(1)),
                layer.postOps());
        Dims src = task.src().dims();
        Layout layout = task.src().isDense(Layout.CHANNELS_LAST) ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
        Region between = Storage.strided(
                        task.src().storage().dataType(),
                        Dims.of(src.get(0), outputs, task.dst().dims().get(2), src.get(3)),
                        layout)
                .whole();
        Task first = task.saidAs(
                vertical,
                "columns",
                parameters -> new Parameters(found(layer, parameters).columns(), null),
                task.src(),
                between);
        Task second = task.saidAs(
                horizontal,
                "rows",
                parameters -> new Parameters(found(layer, parameters).rows(), parameters.bias()),
                between,
                task.dst());
        return List.of(new Draft("columns, then rows", List.of(), List.of(first, second), List.of()));
    }

    private static RankOne found(ConvolutionDescriptor layer, Parameters parameters) {
        return RankOne.of(layer, parameters.weights()).orElseThrow(() -> new NotSeparableException(layer));
    }

    /** Windows that were columns times rows when something was planned are no longer. */
    static final class NotSeparableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotSeparableException(ConvolutionDescriptor layer) {
            super("planned as separable, but is not: " + layer);
        }
    }
}
