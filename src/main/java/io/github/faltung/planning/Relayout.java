package io.github.faltung.planning;

import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/** The source, the destination or both in another layout, so that the engine's best kernels take them: copied on the way in and out. */
final class Relayout implements Formulation {
    /** In what a task's regions may lie. */
    private enum Target {
        KEPT,
        FIRST,
        LAST,
        BLOCKED
    }

    @Override
    public List<Draft> drafts(Task task) {
        var drafts = new ArrayList<Draft>();
        if (task.settled()) {
            return drafts;
        }
        for (Target src : Target.values()) {
            for (Target dst : Target.values()) {
                if (isUseful(task, src, dst)) {
                    drafts.add(draft(task, src, dst));
                }
            }
        }
        return drafts;
    }

    private static boolean isUseful(Task task, Target src, Target dst) {
        boolean sourceFits = src == Target.KEPT ? isPlain(task.src()) : !isAlready(task.src(), src);
        boolean destinationFits = dst == Target.KEPT ? isPlain(task.dst()) : !isAlready(task.dst(), dst);
        boolean blocks = (src == Target.BLOCKED && !isOrdered(task.src()))
                || (dst == Target.BLOCKED && !isOrdered(task.dst())); // oneDNN copies these slowly
        if (blocks || !sourceFits || !destinationFits || (src == Target.KEPT && dst == Target.KEPT)) {
            return false;
        }
        Target from = effective(task.src(), src);
        Target to = effective(task.dst(), dst);
        boolean fewInputs =
                task.layer().inputChannels() <= 3 && task.layer().groups() == 1; // oneDNN's kernel for first layers
        return from == Target.FIRST ? to == Target.BLOCKED && fewInputs : from == to;
    }

    /** Returns how a region lies then; one of a single channel, which lies in both ways, as channels last. */
    private static Target effective(Region region, Target target) {
        return target != Target.KEPT ? target : region.isDense(Layout.CHANNELS_LAST) ? Target.LAST : Target.FIRST;
    }

    private static boolean isPlain(Region region) {
        return region.isDense(Layout.CHANNELS_FIRST) || region.isDense(Layout.CHANNELS_LAST);
    }

    /** Returns whether a region is some images, channels and rows of a plain one. */
    private static boolean isOrdered(Region region) {
        return region.part().isOrdered(Layout.CHANNELS_FIRST) || region.part().isOrdered(Layout.CHANNELS_LAST);
    }

    private static boolean isAlready(Region region, Target target) {
        return switch (target) {
            case BLOCKED -> region.isBlocked();
            case FIRST -> region.isDense(Layout.CHANNELS_FIRST);
            default -> region.isDense(Layout.CHANNELS_LAST);
        };
    }

    private static Draft draft(Task task, Target src, Target dst) {
        var before = new ArrayList<Copy>();
        var after = new ArrayList<Copy>();
        Region from = place(task.src(), src);
        Region to = place(task.dst(), dst);
        if (src != Target.KEPT) {
            before.add(new Copy(task.src(), from));
        }
        if (dst != Target.KEPT) {
            after.add(new Copy(to, task.dst()));
        }
        return new Draft(text(src, dst), before, List.of(task.settledBetween(from, to)), after);
    }

    private static Region place(Region region, Target target) {
        return switch (target) {
            case KEPT -> region;
            case FIRST -> strided(region, Layout.CHANNELS_FIRST);
            case LAST -> strided(region, Layout.CHANNELS_LAST);
            case BLOCKED ->
                Storage.blocked(region.storage().dataType(), region.dims()).whole();
        };
    }

    private static Region strided(Region region, Layout layout) {
        return Storage.strided(region.storage().dataType(), region.dims(), layout)
                .whole();
    }

    private static String text(Target src, Target dst) {
        if (src == dst) {
            return "in " + name(src);
        }
        return (src == Target.KEPT ? "" : "src in " + name(src))
                + (src != Target.KEPT && dst != Target.KEPT ? ", " : "")
                + (dst == Target.KEPT ? "" : "dst in " + name(dst));
    }

    private static String name(Target target) {
        return switch (target) {
            case KEPT -> "place";
            case FIRST -> "channels first";
            case LAST -> "channels last";
            case BLOCKED -> "blocks";
        };
    }
}
