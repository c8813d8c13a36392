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
import java.util.Optional;

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
            Optional<Routine> routine = compile(rank);
            if (routine.isPresent() && !Planner.isSlow(routine.get())) {
                return routine.get();
            }
            if (routine.isPresent()) {
                routine.get().close();
                firstSlow = Math.min(firstSlow, rank);
            }
            release();
        }
        return compile(firstSlow).orElseThrow(() -> refused);
    }

    /** Compiles each step in the way of that rank, or the last that there is; returns nothing if the engine refuses it. */
    private Optional<Routine> compile(int rank) {
        List<Program.Piece> pieces = program.pieces().stream()
                .map(piece -> new Program.Piece(piece.steps().stream()
                        .flatMap(step -> said(step, rank).stream())
                        .toList()))
                .toList();
        try {
            return Optional.of(engine.routine(new Program(
                    program.problem(),
                    program.formulation(),
                    program.source(),
                    program.destination(),
                    pieces,
                    program.notes())));
        } catch (UnsupportedConvolutionException e) {
            refused = e;
            return Optional.empty();
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
                Program.Apply claimed = layer.layers().claim(runs.task());
                claims.add(new Claim(layer.layers(), claimed.layer()));
                steps.add(claimed);
            }
        }
        return steps;
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
