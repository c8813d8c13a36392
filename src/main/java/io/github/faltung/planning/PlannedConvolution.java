package io.github.faltung.planning;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer of a planning engine: for each shape of source and destination a routine. */
final class PlannedConvolution extends Convolution {
    /** So many times source and destination is more than a user would expect. */
    private static final int MUCH = 3;

    private final Planner planner;
    private final PlannedLayers layers;
    private final RoutineCache routines;

    PlannedConvolution(
            Engine engine,
            ConvolutionDescriptor descriptor,
            Planner planner,
            PlannedLayers layers,
            RoutineCache routines) {
        super(engine, descriptor, () -> {
            routines.close();
            layers.close();
        });
        this.planner = planner;
        this.layers = layers;
        this.routines = routines;
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        boolean done = false;
        while (!done) { // again if the routine is evicted just now, or its engine closed, which then says so
            Routine routine = routines.find(src, dst);
            if (routine == null) {
                var problem = new ConvolutionProblem(descriptor(), src.dims());
                routine = routines.make(
                        src,
                        dst,
                        () -> planner.plan(problem, Part.of(src), Part.of(dst)).routine());
            }
            done = routine.tryRun(src, dst);
            if (!done) {
                routines.forget(routine);
            }
        }
    }

    /** Returns the ways in which one of a program's steps may run, the best first. */
    List<Candidate> ways(Program.Apply step, int pieces) {
        return planner.ways(step, pieces);
    }

    PlannedLayers layers() {
        return layers;
    }

    @Override
    protected void replaceWeights(Tensor weights, @Nullable Tensor bias) {
        var parameters = new Parameters(weights.toFloatArray(), bias == null ? null : bias.toFloatArray());
        if (layers.isRankOne(descriptor())
                || RankOne.of(descriptor(), parameters.weights()).isPresent()) {
            routines.clear(); // the new weights may allow more, or less
            closeRoutines();
        }
        layers.update(parameters);
    }

    @Override
    protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
        Part from = Part.dense(problem.srcDims(), src);
        Part to = Part.dense(problem.dstDims(), dst);
        Plan plan = planner.plan(problem, from, to);
        try {
            Explanation inner = plan.routine().explain();
            var notes = new ArrayList<>(List.of(plan.note()));
            notes.addAll(inner.notes());
            long tensors = from.end() * descriptor().types().src().bytes()
                    + to.end() * descriptor().types().dst().bytes();
            if (inner.scratchpadBytes() > MUCH * tensors) {
                notes.add("needs more than " + MUCH + " times the memory of source and destination while it runs");
            }
            return new Explanation(
                    inner.problem(),
                    engine().name(),
                    inner.formulation(),
                    inner.implementation(),
                    inner.packedWeightsBytes(),
                    inner.scratchpadBytes(),
                    notes);
        } finally {
            layers.discard(plan.routine());
        }
    }
}
