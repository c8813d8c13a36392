package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import java.util.ArrayList;
import java.util.List;

/** A depthwise convolution with several outputs for each input channel as that many depthwise ones, for which there are kernels. */
final class ChannelMultiplier implements Formulation {
    private static final int MOST = 8;

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        int multiplier = layer.outputChannels() / layer.groups();
        boolean applies = layer.groups() > 1
                && layer.groups() == layer.inputChannels()
                && multiplier > 1
                && multiplier <= MOST
                && !task.src().isBlocked()
                && !task.dst().isBlocked();
        if (!applies) {
            return List.of();
        }
        int groups = layer.groups();
        var tasks = new ArrayList<Task>();
        for (int i = 0; i < multiplier; i++) {
            int which = i;
            var depthwise = Axis.layer(
                    layer,
                    layer.transposed(),
                    new Channels(groups, groups, groups),
                    task.axes(),
                    Channels.postOps(layer.postOps(), groups, channel -> channel * multiplier + which));
            Region dst = task.dst().with(part -> part.slice(1, which, groups, multiplier));
            tasks.add(task.saidAs(
                    depthwise,
                    "output " + i,
                    parameters -> new Parameters(
                            every(parameters.weights(), groups, multiplier, which),
                            Channels.bias(parameters.bias(), groups, channel -> channel * multiplier + which)),
                    task.src(),
                    dst));
        }
        return List.of(new Draft(multiplier + " depthwise", List.of(), tasks, List.of()));
    }

    /** Returns one of every so many windows; regular and transposed weights lie alike, since each group has one input. */
    private static float[] every(float[] weights, int groups, int multiplier, int which) {
        int window = weights.length / (groups * multiplier);
        var result = new float[groups * window];
        for (int group = 0; group < groups; group++) {
            System.arraycopy(weights, (group * multiplier + which) * window, result, group * window, window);
        }
        return result;
    }
}
