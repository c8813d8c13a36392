package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transposed convolution as one regular convolution that makes all {@link Phase phases} as channels, s·s times as many, and copies that
 * put these where they belong: depth to space. Where the kernel is the stride the convolution is a 1×1 one.
 */
final class SubPixels implements Formulation {
    private static final int MOST_CHANNELS = 1 << 16;

    /** One axis: its phases, and the regular convolution that makes them all. */
    private record Along(AxisGeometry axis, List<Phase> phases, long lowest, int kernel, long firstQ, long quotients) {
        static Along of(AxisGeometry axis) {
            var phases = new ArrayList<Phase>();
            for (int r = 0; r < axis.stride(); r++) {
                phases.add(Phase.of(axis, r));
            }
            List<Phase> reached =
                    phases.stream().filter(phase -> phase.taps() > 0).toList();
            long lowest = reached.stream().mapToLong(Phase::furthestBack).min().orElse(0);
            long highest =
                    reached.stream().mapToLong(phase -> -phase.shift()).max().orElse(0);
            long firstQ = axis.paddingL() / axis.stride();
            long lastQ = (axis.dst() - 1 + axis.paddingL()) / axis.stride();
            return new Along(axis, phases, lowest, Math.toIntExact(highest - lowest + 1), firstQ, lastQ - firstQ + 1);
        }

        /** Returns where the first window begins in the source. */
        long start() {
            return firstQ + lowest;
        }

        /** Returns where the last window ends. */
        long end() {
            return start() + quotients - 1 + kernel;
        }

        /** Returns where what the windows see of a source begins. */
        long from() {
            return Math.max(0, start());
        }

        /** Returns where what the windows see of a source of so many elements ends. */
        long to(long extent) {
            return Math.min(extent, end());
        }

        /** Returns the axis of the regular convolution over what its windows see. */
        Axis regular(long extent) {
            return Axis.dense(kernel, 1, from() - start(), end() - to(extent));
        }
    }

    @Override
    public boolean addsZeros() {
        return true;
    }

    @Override
    public List<Draft> drafts(Task task) {
        ConvolutionDescriptor layer = task.layer();
        if (!applies(layer)) {
            return List.of();
        }
        List<Along> axes = task.geometry().stream().map(Along::of).toList();
        Region seen = seen(task.src(), axes);
        if (seen == null) {
            return List.of();
        }
        Region made = made(task, axes);
        return List.of(new Draft(
                "sub-pixels, " + made.dims().get(1) + " channels",
                List.of(),
                List.of(convolution(task, axes, seen, made)),
                depthToSpace(made, task.dst(), axes, layer)));
    }

    private static boolean applies(ConvolutionDescriptor layer) {
        int count = phases(layer);
        return layer.transposed()
                && count > 1
                && layer.dilation().stream().allMatch(dilation -> dilation == 1)
                && (long) count * layer.outputChannels() <= MOST_CHANNELS;
    }

    /** Returns how many phases there are, of all axes together. */
    private static int phases(ConvolutionDescriptor layer) {
        return layer.strides().stream().reduce(1, Math::multiplyExact);
    }

    /** Returns the part of the source that the convolution's windows see, or {@code null} if they see nothing. */
    private static @Nullable Region seen(Region src, List<Along> axes) {
        Region seen = src;
        for (int i = 0; i < axes.size(); i++) {
            int axis = 2 + i;
            long from = axes.get(i).from();
            long to = axes.get(i).to(src.dims().get(axis));
            if (from >= to) {
                return null;
            }
            seen = seen.with(part -> part.slice(axis, from, to - from));
        }
        return seen;
    }

    /** Returns memory for all phases, as channels. */
    private static Region made(Task task, List<Along> axes) {
        ConvolutionDescriptor layer = task.layer();
        var extents = new long[2 + axes.size()];
        extents[0] = task.src().dims().get(0);
        extents[1] = (long) phases(layer) * layer.outputChannels();
        for (int i = 0; i < axes.size(); i++) {
            extents[2 + i] = axes.get(i).quotients();
        }
        return Storage.strided(task.dst().storage().dataType(), Dims.of(extents), Layout.CHANNELS_LAST)
                .whole();
    }

    /** Returns the convolution that makes all phases. Its channels of a group: phase by phase, in each the layer's own. */
    private static Task convolution(Task task, List<Along> axes, Region seen, Region made) {
        ConvolutionDescriptor layer = task.layer();
        int count = phases(layer);
        int outputs = count * layer.outputChannels();
        int perGroup = layer.outputChannels() / layer.groups();
        var inner = new ArrayList<Axis>();
        for (int i = 0; i < axes.size(); i++) {
            inner.add(axes.get(i).regular(task.src().dims().get(2 + i)));
        }
        var said = Axis.layer(
                layer,
                false,
                new Channels(layer.inputChannels(), outputs, layer.groups()),
                inner,
                Channels.postOps(layer.postOps(), outputs, channel -> origin(channel, count, perGroup)));
        return task.saidAs(
                said,
                "sub-pixels" + axes.stream().map(Along::lowest).toList() + layer.padding(),
                parameters -> new Parameters(
                        weights(layer, parameters.weights(), axes, count),
                        Channels.bias(parameters.bias(), outputs, channel -> origin(channel, count, perGroup))),
                seen,
                made);
    }

    /** Returns which of the layer's channels a channel of the convolution is a phase of. */
    private static int origin(int channel, int phases, int perGroup) {
        return channel / (phases * perGroup) * perGroup + channel % perGroup;
    }

    private static float[] weights(ConvolutionDescriptor layer, float[] weights, List<Along> axes, int phases) {
        int inputs = layer.inputChannels() / layer.groups();
        int outputs = layer.outputChannels() / layer.groups();
        int window = axes.stream().mapToInt(Along::kernel).reduce(1, Math::multiplyExact);
        int oldWindow = layer.kernel().stream().reduce(1, Math::multiplyExact);
        var result = new float[layer.outputChannels() * phases * inputs * window];
        for (int phase = 0; phase < phases; phase++) {
            for (int tap = 0; tap < window; tap++) {
                int old = oldTap(layer, axes, phase, tap);
                if (old < 0) {
                    continue;
                }
                for (int oc = 0; oc < layer.outputChannels(); oc++) {
                    int group = oc / outputs;
                    int channel = (group * phases + phase) * outputs + oc % outputs;
                    for (int i = 0; i < inputs; i++) {
                        int ic = group * inputs + i;
                        result[(channel * inputs + i) * window + tap] =
                                weights[(ic * outputs + oc % outputs) * oldWindow + old];
                    }
                }
            }
        }
        return result;
    }

    /** Returns which tap of the layer's window a tap of a phase is, or -1 if it is none. */
    private static int oldTap(ConvolutionDescriptor layer, List<Along> axes, int phase, int tap) {
        int old = 0;
        int stride = 1;
        for (int i = axes.size() - 1; i >= 0; i--) {
            Along along = axes.get(i);
            Phase own = along.phases().get(phase % along.axis().stride());
            long m = -own.shift() - (along.lowest() + tap % along.kernel());
            if (m < 0 || m >= own.taps()) {
                return -1;
            }
            old += (int) (own.first() + m * own.step()) * stride;
            stride *= layer.kernel().get(i);
            phase /= along.axis().stride();
            tap /= along.kernel();
        }
        return old;
    }

    /** Returns the copies that put each phase where it belongs: whole strides at once, and what the padding cuts off at both ends apart. */
    private static List<Copy> depthToSpace(Region made, Region dst, List<Along> axes, ConvolutionDescriptor layer) {
        var copies = new ArrayList<Copy>();
        int perGroup = layer.outputChannels() / layer.groups();
        // [MB, G, phases…, OC/G, quotients…] and [MB, G, OC/G, per axis (quotient, phase)].
        Part from = made.part().split(1, made.dims().get(1) / layer.groups());
        from = from.split(2, perGroup);
        for (int i = axes.size() - 1; i > 0; i--) {
            from = from.split(2, axes.get(i).axis().stride());
        }
        Part to = dst.part().split(1, perGroup);
        split(new Region(made.storage(), from), new Region(dst.storage(), to), axes, 0, copies);
        return copies;
    }

    /** Cuts axis by axis into pieces in which all phases, or a range of them, are there for all quotients. */
    private static void split(Region from, Region to, List<Along> axes, int i, List<Copy> copies) {
        if (i == axes.size()) {
            copies.add(aligned(from, to, axes.size()));
            return;
        }
        AxisGeometry axis = axes.get(i).axis();
        int s = axis.stride();
        long position = 0;
        while (position < axis.dst()) {
            long q = (position + axis.paddingL()) / s - axes.get(i).firstQ();
            long r = (position + axis.paddingL()) % s;
            long left = axis.dst() - position;
            long quotients = r == 0 && left >= s ? left / s : 1;
            long phases = r == 0 && left >= s ? s : Math.min(s - r, left);
            int spatial = axes.size();
            // from: [MB, G, phase per axis, OC/G, quotient per axis], to: [MB, G, OC/G, (quotient, phase) of axes
            // before, rest]
            int phaseAxis = 2 + i;
            int quotientAxis = 2 + spatial + 1 + i;
            Region piece = from.with(part -> part.slice(phaseAxis, r, phases).slice(quotientAxis, q, quotients));
            long start = position;
            int axisNow = 3 + 2 * i;
            Region target = to.with(
                    part -> part.slice(axisNow, start, quotients * phases).split(axisNow, phases));
            split(piece, target, axes, i + 1, copies);
            position += quotients * phases;
        }
    }

    /** Returns the copy with the axes of the source in the order of the destination's. */
    private static Copy aligned(Region from, Region to, int spatial) {
        var order = new int[3 + 2 * spatial];
        order[0] = 0;
        order[1] = 1;
        order[2] = 2 + spatial;
        for (int i = 0; i < spatial; i++) {
            order[3 + 2 * i] = 3 + spatial + i;
            order[4 + 2 * i] = 2 + i;
        }
        return new Copy(from.with(part -> part.permute(order)), to);
    }
}
