package io.github.faltung.planning;

import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;

/** A 1-D convolution as a 2-D one of height 1: the same memory. oneDNN has more kernels for that, and better ones. */
final class LiftedAxis implements Formulation {
    @Override
    public List<Draft> drafts(Task task) {
        if (task.layer().spatialRank() != 1) {
            return List.of();
        }
        var axes = new ArrayList<>(List.of(Axis.NONE));
        axes.addAll(task.axes());
        var lifted = Axis.layer(
                task.layer(),
                task.layer().transposed(),
                Channels.of(task.layer()),
                axes,
                task.layer().postOps());
        Task inner = task.saidAs(
                lifted,
                "2-D",
                parameters -> parameters,
                task.src().with(LiftedAxis::lift),
                task.dst().with(LiftedAxis::lift));
        return List.of(new Draft("as 2-D", List.of(), List.of(inner), List.of()));
    }

    private static Part lift(Part part) {
        return part.insert(2);
    }
}
