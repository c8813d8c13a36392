package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import java.util.ArrayList;
import java.util.Optional;

/** Some outputs along an axis, and what of the source they need. */
record Band(long from, long to, long srcFrom, long srcTo, Axis axis) {
    /** Returns the band of a regular layer, or none if it would see nothing of the source. */
    static Optional<Band> of(AxisGeometry along, long from, long to) {
        long begin = from * along.stride() - along.paddingL();
        long end = (to - 1) * along.stride() - along.paddingL() + along.extent();
        long srcFrom = Math.max(0, begin);
        long srcTo = Math.min(along.src(), end);
        return of(along, from, to, srcFrom, srcTo, srcFrom - begin, end - srcTo);
    }

    /**
     * Returns the band of a transposed layer, or none if no such layer makes it: input i makes outputs from i · stride − paddingL on, as many as
     * the window reaches over.
     */
    static Optional<Band> ofTransposed(AxisGeometry along, long from, long to) {
        long reach = from + along.paddingL() - along.extent() + 1;
        long srcFrom = Math.max(0, -Math.floorDiv(-reach, along.stride()));
        long srcTo = Math.min(along.src(), (to - 1 + along.paddingL()) / along.stride() + 1);
        long before = from + along.paddingL() - srcFrom * along.stride();
        long after = (srcTo - srcFrom - 1) * along.stride() + along.extent() - before - (to - from);
        return of(along, from, to, srcFrom, srcTo, before, after);
    }

    /** Returns the band with its padding; what {@code after} lacks is output padding. */
    private static Optional<Band> of(
            AxisGeometry along, long from, long to, long srcFrom, long srcTo, long before, long after) {
        long outputPadding = Math.max(0, -after);
        if (srcFrom >= srcTo || before < 0 || outputPadding >= Math.max(along.stride(), along.dilation())) {
            return Optional.empty();
        }
        var axis = new Axis(
                along.kernel(),
                along.stride(),
                along.dilation(),
                Math.toIntExact(before),
                Math.toIntExact(Math.max(0, after)),
                Math.toIntExact(outputPadding));
        return Optional.of(new Band(from, to, srcFrom, srcTo, axis));
    }

    /** Returns the task that makes this band of a task's outputs. */
    Task cutFrom(Task task, int number) {
        var axes = new ArrayList<>(task.axes());
        axes.set(number, axis);
        return new Task(
                        Cut.with(task, Channels.of(task.layer()), axes, 0),
                        task.recipe(),
                        Cut.slice(task.src(), 2 + number, srcFrom, srcTo - srcFrom),
                        Cut.slice(task.dst(), 2 + number, from, to - from))
                .withSeparable(task.separable());
    }
}
