package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The taps along some axes as channels: a copy of the source for each, shifted. Along the depth alone it makes a 2-D convolution of a 3-D one;
 * along all axes it is im2col, and a product of matrices is left (Chellapilla, Puri and Simard, <em>High performance convolutional neural
 * networks for document processing</em>, 2006).
 */
final class UnfoldedTaps implements Formulation {
    private static final String STEP = "unfolded";
    private static final int MOST_COPIES = 64;

    /** Beyond so many elements the copies cost more than any kernel saves. */
    private static final double MOST_ELEMENTS = 1 << 27;

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        if (layer.transposed() || layer.groups() > 1 || task.isSaidBy(STEP)) {
            return List.of();
        }
        var drafts = new ArrayList<Draft>();
        int rank = layer.spatialRank();
        for (Set<Integer> folded : rank == 1 ? List.of(Set.of(0)) : List.of(Set.of(0), Set.of(rank - 1), all(rank))) {
            int taps = folded.stream().map(layer.kernel()::get).reduce(1, Math::multiplyExact);
            if (taps > 1 && taps <= MOST_COPIES) {
                for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                    Draft draft = draft(task, new TreeSet<>(folded), taps, layout);
                    if (draft != null) {
                        drafts.add(draft);
                    }
                }
            }
        }
        return drafts;
    }

    private static Set<Integer> all(int rank) {
        return rank == 2 ? Set.of(0, 1) : Set.of(0, 1, 2);
    }

    /** Returns the draft for some axes, or {@code null} if the copies are too large. */
    private static @Nullable Draft draft(Task task, NavigableSet<Integer> folded, int taps, Layout layout) {
        Dims dims = unfolded(task, folded, taps);
        if (dims.elements() > MOST_ELEMENTS) {
            return null;
        }
        Region unfolded =
                Storage.strided(task.src().storage().dataType(), dims, layout).whole();
        return new Draft(
                "taps of axes " + folded + " as channels" + (layout == Layout.CHANNELS_LAST ? " that come last" : ""),
                copies(task, folded, taps, unfolded),
                List.of(product(task, folded, taps, unfolded)),
                List.of());
    }

    /** Returns the dims of all copies together: along a folded axis they are as long as the output. */
    private static Dims unfolded(Task task, Set<Integer> folded, int taps) {
        long[] extents = task.src().dims().toArray();
        extents[1] = (long) task.layer().inputChannels() * taps;
        folded.forEach(axis -> extents[2 + axis] = task.geometry().get(axis).dst());
        return Dims.of(extents);
    }

    private static List<Copy> copies(Task task, NavigableSet<Integer> folded, int taps, Region unfolded) {
        var copies = new ArrayList<Copy>();
        for (int tap = 0; tap < taps; tap++) {
            Copy copy = copy(task, folded, tap, unfolded);
            if (copy != null) {
                copies.add(copy);
            }
        }
        return copies;
    }

    /** Returns the copy of what a tap sees, or {@code null} if it sees nothing but padding. */
    private static @Nullable Copy copy(Task task, NavigableSet<Integer> folded, int tap, Region unfolded) {
        int inputs = task.layer().inputChannels();
        Region from = task.src();
        Region to = unfolded.with(part -> part.slice(1, (long) tap * inputs, inputs));
        int rest = tap; // the last axis counts fastest
        for (int axis : folded.descendingSet()) {
            AxisGeometry along = task.geometry().get(axis);
            Reach reach = Reach.of(along, rest % along.kernel());
            rest /= along.kernel();
            if (reach.outputs() < 1) {
                return null;
            }
            from = from.with(part -> part.slice(2 + axis, reach.place(), reach.outputs(), along.stride()));
            to = to.with(part -> part.slice(2 + axis, reach.first(), reach.outputs()));
        }
        return new Copy(from, to);
    }

    /**
     * The outputs for which a tap is on the source.
     *
     * @param first of them
     * @param outputs how many; less than 1 if there is none
     * @param place where the first one's tap is
     */
    private record Reach(long first, long outputs, long place) {
        static Reach of(AxisGeometry axis, int tap) {
            long stride = axis.stride();
            long offset = (long) tap * axis.dilation() - axis.paddingL();
            long first = Math.max(0, -Math.floorDiv(offset, stride));
            long last = Math.min(axis.dst() - 1, Math.floorDiv(axis.src() - 1 - offset, stride));
            return new Reach(first, last - first + 1, first * stride + offset);
        }
    }

    /** Returns the convolution of the copies, in which a folded axis has no window any more. */
    private static Task product(Task task, Set<Integer> folded, int taps, Region unfolded) {
        ConvolutionDescriptor layer = task.layer();
        List<AxisGeometry> axes = task.geometry();
        var inner = new ArrayList<Axis>();
        for (int axis = 0; axis < axes.size(); axis++) {
            inner.add(folded.contains(axis) ? Axis.NONE : Axis.of(axes.get(axis)));
        }
        var said = Axis.layer(
                layer,
                false,
                new Channels(Math.multiplyExact(layer.inputChannels(), taps), layer.outputChannels(), 1),
                inner,
                layer.postOps());
        return task.saidAs(
                said,
                STEP + " " + folded,
                parameters -> new Parameters(weights(layer, parameters.weights(), folded, taps), parameters.bias()),
                unfolded,
                task.dst());
    }

    private static float[] weights(ConvolutionDescriptor layer, float[] weights, Set<Integer> folded, int taps) {
        int window = layer.kernel().stream().reduce(1, Math::multiplyExact);
        int left = window / taps;
        int inputs = layer.inputChannels();
        var result = new float[weights.length];
        for (int old = 0; old < weights.length; old++) {
            int oc = old / (window * inputs);
            int ic = old / window % inputs;
            int rest = old % window;
            int tap = 0;
            int tapStride = 1;
            int kept = 0;
            int keptStride = 1;
            for (int axis = layer.spatialRank() - 1; axis >= 0; axis--) {
                int kernel = layer.kernel().get(axis);
                if (folded.contains(axis)) {
                    tap += rest % kernel * tapStride;
                    tapStride *= kernel;
                } else {
                    kept += rest % kernel * keptStride;
                    keptStride *= kernel;
                }
                rest /= kernel;
            }
            result[((oc * taps + tap) * inputs + ic) * left + kept] = weights[old];
        }
        return result;
    }
}
