package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * A dilated convolution as a dense one for each residue of its outputs' places, which sees every so-manyth element of the source (Yu and
 * Koltun, <em>Multi-scale context aggregation by dilated convolutions</em>, 2016).
 */
final class SpaceToBatch implements Formulation {
    /** Beyond so many convolutions their overhead is what counts. */
    private static final int MOST = 16;

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        int count = layer.dilation().stream().reduce(1, Math::multiplyExact);
        boolean strided = layer.strides().stream().anyMatch(stride -> stride != 1);
        if (layer.transposed() || strided || count == 1 || count > MOST) {
            return List.of();
        }
        var tasks = new ArrayList<Task>();
        for (int index = 0; index < count; index++) {
            if (!addTask(task, index, tasks)) {
                return List.of();
            }
        }
        return List.of(new Draft(count + " dense ones", List.of(), tasks, List.of()));
    }

    /** Adds the convolution of one residue, or returns false if it would have no source or no output. */
    private static boolean addTask(Task task, int index, List<Task> tasks) {
        List<AxisGeometry> axes = task.geometry();
        var dense = new ArrayList<Axis>();
        Region src = task.src();
        Region dst = task.dst();
        int rest = index;
        for (int i = axes.size() - 1; i >= 0; i--) {
            AxisGeometry along = axes.get(i);
            int step = along.dilation();
            int residue = rest % step;
            rest /= step;
            long outputs = (along.dst() - residue + step - 1) / step;
            long start = residue - along.paddingL(); // the source element of the first output's first tap
            long from = Math.floorMod(start, (long) step);
            long elements = (along.src() - from + step - 1) / step;
            if (outputs < 1 || elements < 1) {
                return false;
            }
            long before = (from - start) / step;
            long after = outputs - 1 + along.kernel() - before - elements;
            long used = elements + Math.min(0, after); // what no window reaches is left out
            if (used < 1) {
                return false;
            }
            int axis = 2 + i;
            src = src.with(part -> part.slice(axis, from, used, step));
            dst = dst.with(part -> part.slice(axis, residue, outputs, step));
            dense.add(0, Axis.dense(along.kernel(), 1, before, Math.max(0, after)));
        }
        ConvolutionDescriptor layer = task.layer();
        var said = Axis.layer(layer, false, Channels.of(layer), dense, layer.postOps());
        tasks.add(task.saidAs(said, "dense", parameters -> parameters, src, dst));
        return true;
    }
}
