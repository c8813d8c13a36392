package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * A transposed convolution as one regular convolution for each {@link Phase} of its output, each writing every stride-th element: what
 * sub-pixel convolution is, without the zeros that a stride puts between source elements.
 */
final class SeparatePhases implements Formulation {
    /** Beyond so many convolutions their overhead is what counts. */
    private static final int MOST = 27;

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        int count = layer.strides().stream().reduce(1, Math::multiplyExact);
        if (!layer.transposed() || count == 1 || count > MOST) {
            return List.of();
        }
        List<AxisGeometry> axes = task.geometry();
        var tasks = new ArrayList<Task>();
        for (int index = 0; index < count; index++) {
            var phases = new ArrayList<Phase>();
            int rest = index;
            for (int axis = axes.size() - 1; axis >= 0; axis--) {
                phases.add(0, Phase.of(axes.get(axis), rest % axes.get(axis).stride()));
                rest /= axes.get(axis).stride();
            }
            if (phases.stream().anyMatch(phase -> phase.taps() == 0)) {
                return List.of();
            }
            if (phases.stream().allMatch(phase -> phase.outputs() > 0)) {
                if (!addTask(task, phases, tasks)) {
                    return List.of();
                }
            }
        }
        return List.of(new Draft(count + " phases", List.of(), tasks, List.of()));
    }

    /** Adds the convolution of one phase, or returns false if it would have no source. */
    private static boolean addTask(Task task, List<Phase> phases, List<Task> tasks) {
        var axes = new ArrayList<Axis>();
        Region src = task.src();
        Region dst = task.dst();
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            int axis = 2 + i;
            long extent = (long) (phase.taps() - 1) * phase.dilation() + 1;
            long start = phase.firstQ() + phase.furthestBack(); // the first source element that the first output wants
            long end = start + phase.outputs() - 1 + extent;
            long from = Math.max(0, start);
            long to = Math.min(task.src().dims().get(axis), end);
            if (from >= to) {
                return false;
            }
            src = src.with(part -> part.slice(axis, from, to - from));
            dst = dst.with(part -> part.slice(
                    axis,
                    phase.firstOutput(),
                    phase.outputs(),
                    task.layer().strides().get(axis - 2)));
            axes.add(Axis.dense(phase.taps(), phase.dilation(), from - start, end - to));
        }
        var layer = Axis.layer(
                task.layer(),
                false,
                Channels.of(task.layer()),
                axes,
                task.layer().postOps());
        List<TransposedWeights.Taps> taps =
                phases.stream().map(Phase::selection).toList();
        tasks.add(task.saidAs(
                layer,
                "phase " + taps,
                parameters -> new Parameters(
                        TransposedWeights.taps(task.layer(), parameters.weights(), taps), parameters.bias()),
                src,
                dst));
        return true;
    }
}
