package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import java.util.ArrayList;
import java.util.Optional;

/** Some outputs along an axis, and what of the source they need. */
record Band(long from, long to, long srcFrom, long srcTo, Axis axis) {
    static Optional<Band> of(AxisGeometry along, long from, long to) {
        long begin = from * along.stride() - along.paddingL();
        long end = (to - 1) * along.stride() - along.paddingL() + along.extent();
        long srcFrom = Math.max(0, begin);
        long srcTo = Math.min(along.src(), end);
        return srcFrom >= srcTo
                ? Optional.empty()
                : Optional.of(new Band(
                        from,
                        to,
                        srcFrom,
                        srcTo,
                        new Axis(
                                along.kernel(),
                                along.stride(),
                                along.dilation(),
                                Math.toIntExact(srcFrom - begin),
                                Math.toIntExact(end - srcTo),
                                0)));
    }

    /** Input i makes outputs from i · stride − paddingL on, as many as the window reaches over. */
    static Optional<Band> ofTransposed(AxisGeometry along, long from, long to) {
        long reach = from + along.paddingL() - along.extent() + 1;
        long srcFrom = Math.max(0, -Math.floorDiv(-reach, along.stride()));
        long srcTo = Math.min(along.src(), (to - 1 + along.paddingL()) / along.stride() + 1);
        long before = from + along.paddingL() - srcFrom * along.stride();
        long after = (srcTo - srcFrom - 1) * along.stride() + along.extent() - before - (to - from);
        boolean fits = srcFrom < srcTo && before >= 0 && -after < Math.max(along.stride(), along.dilation());
        return fits
                ? Optional.of(new Band(
                        from,
                        to,
                        srcFrom,
                        srcTo,
                        new Axis(
                                along.kernel(),
                                along.stride(),
                                along.dilation(),
                                Math.toIntExact(before),
                                Math.toIntExact(Math.max(0, after)),
                                Math.toIntExact(Math.max(0, -after)))))
                : Optional.empty();
    }

    Task of(Task task, int number) {
        var axes = new ArrayList<>(Axis.of(task.problem()));
        axes.set(number, axis);
        return new Task(
                Cut.with(task, Channels.of(task.layer()), axes, 0),
                task.recipe(),
                Cut.slice(task.src(), 2 + number, srcFrom, srcTo - srcFrom),
                Cut.slice(task.dst(), 2 + number, from, to - from));
    }
}
