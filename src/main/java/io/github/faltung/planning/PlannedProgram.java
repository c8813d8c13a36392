package io.github.faltung.planning;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Someone else's program of planned layers: its pieces stay as they are, and each layer's step becomes the steps that say it best. */
final class PlannedProgram {
    /** Of so many ways one has kernels. */
    private static final int MOST_TRIED = 16;

    private final Engine engine;
    private final Program program;
    private final List<Claim> claims = new ArrayList<>();
    private UnsupportedConvolutionException refused = new UnsupportedConvolutionException("nothing was tried");

    /** A layer that has to be given back. */
    private record Claim(PlannedLayers layers, Convolution layer) {}

    PlannedProgram(Engine engine, Program program) {
        this.engine = engine;
        this.program = program;
    }

    /**
     * Compiles it on the inner engine.
     *
     * @throws UnsupportedConvolutionException if the inner engine can't run any way of saying one of the steps
     */
    Routine compile(PlanningEngine outer) {
        try {
            return planned(outer, compileFast());
        } catch (Throwable e) {
            release();
            throw e;
        }
    }

    private Routine planned(PlanningEngine outer, Routine inner) {
        try {
            List<Claim> given = List.copyOf(claims);
            return new Planned(outer, program, inner, () -> {
                inner.close();
                given.forEach(claim -> claim.layers.release(claim.layer));
            });
        } catch (Throwable e) {
            inner.close();
            throw e;
        }
    }

    /** Compiles the steps in the best way that needs no plain loops, or if they all do, in the best. */
    private Routine compileFast() {
        int firstSlow = MOST_TRIED;
        for (int rank = 0; rank < MOST_TRIED; rank++) {
            Routine routine = compile(rank);
            if (routine != null) {
                if (!isSlow(routine)) {
                    return routine;
                }
                routine.close();
                firstSlow = Math.min(firstSlow, rank);
            }
            release();
        }
        Routine routine = compile(firstSlow);
        if (routine == null) {
            throw refused;
        }
        return routine;
    }

    private static boolean isSlow(Routine routine) {
        try {
            return Planner.isSlow(routine);
        } catch (Throwable e) {
            routine.close();
            throw e;
        }
    }

    /** Compiles each step in the way of that rank, or the last that there is; returns null if the engine refuses it. */
    private @Nullable Routine compile(int rank) {
        List<Program.Piece> pieces = program.pieces().stream()
                .map(piece -> new Program.Piece(piece.steps().stream()
                        .flatMap(step -> said(step, rank).stream())
                        .toList()))
                .toList();
        try {
            return engine.routine(new Program(
                    program.problem(),
                    program.formulation(),
                    program.source(),
                    program.destination(),
                    pieces,
                    program.notes()));
        } catch (UnsupportedConvolutionException e) {
            refused = e;
            return null;
        }
    }

    private List<Program.Step> said(Program.Step step, int rank) {
        if (!(step instanceof Program.Apply apply) || !(apply.layer() instanceof PlannedConvolution layer)) {
            return List.of(step);
        }
        List<Candidate> ways = layer.ways(apply, program.pieces().size());
        var steps = new ArrayList<Program.Step>();
        for (Candidate.Step one : ways.get(Math.min(rank, ways.size() - 1)).steps()) {
            if (one instanceof Candidate.Copies copies) {
                steps.add(copies.copy());
            } else if (one instanceof Candidate.Runs runs) {
                steps.add(claim(layer.layers(), runs.task()));
            }
        }
        return steps;
    }

    private Program.Apply claim(PlannedLayers layers, Task task) {
        Program.Apply step = layers.claim(task);
        try {
            claims.add(new Claim(layers, step.layer()));
            return step;
        } catch (Throwable e) {
            layers.release(step.layer());
            throw e;
        }
    }

    private void release() {
        claims.forEach(claim -> claim.layers.release(claim.layer));
        claims.clear();
    }

    /** The compiled program, as the outer engine's. */
    private static final class Planned extends Routine {
        private final Routine inner;

        Planned(PlanningEngine outer, Program program, Routine inner, Runnable free) {
            super(outer, program, free);
            this.inner = inner;
        }

        @Override
        protected void compute(Tensor src, Tensor dst) {
            if (!inner.tryRun(src, dst)) {
                throw new IllegalStateException(
                        "closed while its routine was in use: " + program().problem());
            }
        }

        @Override
        public Explanation explain() {
            Explanation found = inner.explain();
            return new Explanation(
                    found.problem(),
                    engine().name(),
                    found.formulation(),
                    found.implementation(),
                    found.packedWeightsBytes(),
                    found.scratchpadBytes(),
                    found.notes());
        }
    }
}
