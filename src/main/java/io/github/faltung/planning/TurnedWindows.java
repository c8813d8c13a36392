package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * A transposed convolution of stride 1 as a regular one with turned windows (Dumoulin and Visin, <em>A guide to convolution arithmetic for
 * deep learning</em>, 2016, relationship 9).
 */
final class TurnedWindows implements Formulation {
    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        if (!layer.transposed() || layer.strides().stream().anyMatch(stride -> stride != 1)) {
            return List.of();
        }
        var axes = new ArrayList<Axis>();
        for (AxisGeometry axis : task.geometry()) {
            long before = axis.extent() - 1 - axis.paddingL();
            long after = axis.extent() - 1 - axis.paddingR();
            if (before < 0 || after < 0) {
                return List.of(); // more is cut off than padding can express
            }
            axes.add(Axis.dense(axis.kernel(), axis.dilation(), before, after));
        }
        var regular = Axis.layer(layer, false, Channels.of(layer), axes, layer.postOps());
        Task inner = task.saidAs(
                regular,
                "turned",
                parameters -> new Parameters(
                        TransposedWeights.taps(layer, parameters.weights(), TransposedWeights.all(layer)),
                        parameters.bias()),
                task.src(),
                task.dst());
        return List.of(new Draft("regular with turned windows", List.of(), List.of(inner), List.of()));
    }
}
