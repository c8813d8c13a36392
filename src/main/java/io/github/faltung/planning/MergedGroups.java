package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.ArrayList;
import java.util.List;

/** Several small groups as one with block-diagonal weights: more products, most of them with zeros, but whole vectors of channels. */
final class MergedGroups implements Formulation {
    /** Where a group has so many channels, vectors are full. */
    private static final int ENOUGH = 64;

    private static final String STEP = "groups";

    @Override
    public boolean addsZeros() {
        return true;
    }

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        var channels = Channels.of(layer);
        boolean depthwise = channels.inputsPerGroup() == 1 && channels.outputsPerGroup() == 1;
        var drafts = new ArrayList<Draft>();
        if (layer.groups() == 1 || depthwise || task.isSaidBy(STEP)) {
            return drafts;
        }
        for (int merged = 2; merged <= layer.groups(); merged++) {
            long inputs = (long) merged * channels.inputsPerGroup();
            long outputs = (long) merged * channels.outputsPerGroup();
            if (layer.groups() % merged == 0 && Math.max(inputs, outputs) <= ENOUGH) {
                drafts.add(draft(task, channels, merged));
            }
        }
        return drafts;
    }

    private static Draft draft(Task task, Channels channels, int merged) {
        ConvolutionDescriptor layer = task.layer();
        var said = Axis.layer(
                layer,
                layer.transposed(),
                new Channels(channels.inputs(), channels.outputs(), channels.groups() / merged),
                task.axes(),
                layer.postOps());
        int slow = layer.transposed() ? channels.inputsPerGroup() : channels.outputsPerGroup();
        int fast = layer.transposed() ? channels.outputsPerGroup() : channels.inputsPerGroup();
        Task inner = task.saidAs(
                said,
                STEP + " by " + merged,
                parameters -> new Parameters(
                        blockDiagonal(parameters.weights(), channels.groups(), merged, slow, fast), parameters.bias()),
                task.src(),
                task.dst());
        return new Draft("groups by " + merged, List.of(), List.of(inner), List.of());
    }

    private static float[] blockDiagonal(float[] weights, int groups, int merged, int slow, int fast) {
        int window = weights.length / (groups * slow * fast);
        var result = new float[weights.length * merged];
        for (int row = 0; row < groups * slow; row++) {
            int block = row / slow % merged;
            System.arraycopy(
                    weights, row * fast * window, result, (row * merged + block) * fast * window, fast * window);
        }
        return result;
    }
}
