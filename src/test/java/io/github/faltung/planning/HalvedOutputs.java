package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.Arrays;
import java.util.List;

/** A convolution as two, each with one half of the output channels: the guide's example of a formulation. */
final class HalvedOutputs implements Formulation {
    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        boolean applies = layer.groups() == 1
                && !layer.transposed()
                && layer.outputChannels() % 2 == 0
                && !task.src().isBlocked()
                && !task.dst().isBlocked();
        if (!applies) {
            return List.of();
        }
        int half = layer.outputChannels() / 2;
        List<Task> tasks = List.of(outputs(task, 0, half), outputs(task, half, half));
        return List.of(new Draft("outputs in halves", List.of(), tasks, List.of()));
    }

    /** Returns the task of some of the outputs. */
    private static Task outputs(Task task, int first, int count) {
        ConvolutionDescriptor whole = task.layer();
        ConvolutionDescriptor part = Axis.layer(
                whole,
                whole.transposed(),
                new Channels(whole.inputChannels(), count, 1),
                Axis.of(task.problem()),
                Channels.postOps(whole.postOps(), count, channel -> first + channel));
        return task.saidAs(
                part,
                "outputs from " + first,
                parameters -> new Parameters(
                        windows(parameters.weights(), whole.outputChannels(), first, count),
                        Channels.bias(parameters.bias(), count, channel -> first + channel)),
                task.src(),
                task.dst().with(region -> region.slice(1, first, count)));
    }

    /** Returns the weights of some outputs: {@code [OC, IC, k…]}, so that they lie together. */
    private static float[] windows(float[] weights, int outputs, int first, int count) {
        int each = weights.length / outputs;
        return Arrays.copyOfRange(weights, first * each, (first + count) * each);
    }
}
