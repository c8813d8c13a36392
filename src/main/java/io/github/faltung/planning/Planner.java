package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.List;

/** Decides how one layer runs for a source and a destination that lie in some way. Thread-safe. */
final class Planner {
    private static final int DEPTH = 3;
    private static final int MEASURED = 24;

    private final Engine engine;
    private final PlannedLayers layers;
    private final PlanningOptions options;
    private final Search search = new Search(Formulations.ALL);

    Planner(Engine engine, PlannedLayers layers, PlanningOptions options) {
        this.engine = engine;
        this.layers = layers;
        this.options = options;
    }

    /** Returns the ways of saying a problem, the cheapest by the model first. */
    static List<Candidate> candidates(Search search, ConvolutionProblem problem, Storage src, Storage dst) {
        return search.candidates(task(problem, src, dst), DEPTH);
    }

    /** Returns a problem as a task: padding in numbers, windows not turned. */
    static Task task(ConvolutionProblem problem, Storage src, Storage dst) {
        ConvolutionDescriptor layer = problem.descriptor();
        var explicit = Axis.layer(layer, layer.transposed(), Channels.of(layer), Axis.of(problem), layer.postOps());
        Recipe recipe =
                layer.flipKernel() ? Recipe.NONE.then("flipped", parameters -> turned(layer, parameters)) : Recipe.NONE;
        return new Task(explicit, recipe, src.whole(), dst.whole());
    }

    private static Parameters turned(ConvolutionDescriptor layer, Parameters parameters) {
        int window = layer.kernel().stream().reduce(1, Math::multiplyExact);
        var result = new float[parameters.weights().length];
        for (int i = 0; i < result.length; i++) {
            result[i] = parameters.weights()[i - i % window + window - 1 - i % window];
        }
        return new Parameters(result, parameters.bias());
    }

    /** Plans a problem. */
    Routine plan(ConvolutionProblem problem, Part srcPart, Part dstPart) {
        Storage src = Storage.source(problem.descriptor().types().src(), srcPart);
        Storage dst = Storage.destination(problem.descriptor().types().dst(), dstPart);
        List<Candidate> all = candidates(search, problem, src, dst);
        if (options.mode() == PlanningOptions.Mode.MEASURE) {
            return Measurement.fastest(compile(problem, src, dst, all, MEASURED));
        }
        List<Routine> first = compile(problem, src, dst, all, 1);
        return first.get(0);
    }

    /** Compiles the first so many candidates that have proper implementations; if none has, the direct one. */
    List<Routine> compile(ConvolutionProblem problem, Storage src, Storage dst, List<Candidate> candidates, int most) {
        var routines = new ArrayList<Routine>();
        UnsupportedConvolutionException refusal = null;
        Routine slow = null;
        for (Candidate candidate : candidates) {
            if (routines.size() == most) {
                break;
            }
            try {
                Routine routine = engine.routine(program(problem, src, dst, candidate));
                if (routine.explain().implementation().contains("ref")) {
                    if (slow == null) {
                        slow = routine;
                    } else {
                        routine.close();
                    }
                } else {
                    routines.add(routine);
                }
            } catch (UnsupportedConvolutionException e) {
                refusal = e;
            }
        }
        if (routines.isEmpty() && slow == null) {
            throw refusal == null ? new UnsupportedConvolutionException("no candidate: " + problem) : refusal;
        }
        if (routines.isEmpty()) {
            routines.add(slow);
        } else if (slow != null) {
            slow.close();
        }
        return routines;
    }

    private Program program(ConvolutionProblem problem, Storage src, Storage dst, Candidate candidate) {
        var steps = new ArrayList<Program.Step>();
        for (Candidate.Step step : candidate.steps()) {
            if (step instanceof Candidate.Copies copies) {
                steps.add(copies.copy());
            } else if (step instanceof Candidate.Runs runs) {
                Task task = runs.task();
                steps.add(new Program.Apply(layers.of(task), task.src(), task.dst()));
            }
        }
        return new Program(problem, candidate.text(), src, dst, steps, List.of());
    }
}
