package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Decides how one layer runs for a source and a destination that lie in some way. Thread-safe. */
final class Planner {
    private static final System.Logger LOG = System.getLogger(Planner.class.getName());

    /** What oneDNN's names of its plain loops have in common. */
    private static final String REFERENCE_LOOPS = "ref";

    /** So many formulations within each other say all that is worth saying: one for the axes, one for the channels, one for the layout. */
    private static final int DEPTH = 3;

    private static final int MEASURED = 24;
    private static final double NANOS = 1e9;

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
    Plan plan(ConvolutionProblem problem, Part srcPart, Part dstPart) {
        Storage src = Storage.source(problem.descriptor().types().src(), srcPart);
        Storage dst = Storage.destination(problem.descriptor().types().dst(), dstPart);
        List<Candidate> all = candidates(search, problem, src, dst);
        var key = new Wisdom.Key(engine.fingerprint(), problem.toString(), how(srcPart), how(dstPart));
        Optional<String> known = options.wisdom().flatMap(wisdom -> wisdom.formulation(key));
        if (known.isPresent()) {
            List<Candidate> first = all.stream()
                    .filter(candidate -> candidate.text().equals(known.get()))
                    .toList();
            if (!first.isEmpty()) {
                Routine routine =
                        compile(problem, src, dst, concat(first, all), 1).get(0);
                return new Plan(routine, "known from " + options.wisdom().get().file() + ":", estimates(all));
            }
            LOG.log(System.Logger.Level.WARNING, "wisdom is stale: nobody says {0} as \"{1}\"", problem, known.get());
        }
        if (options.mode() == PlanningOptions.Mode.ESTIMATE) {
            return new Plan(compile(problem, src, dst, all, 1).get(0), "by the model:", estimates(all));
        }
        List<Measurement.Timed> timed = time(compile(problem, src, dst, all, MEASURED));
        timed.stream().skip(1).forEach(one -> one.routine().close());
        Routine fastest = timed.get(0).routine();
        options.wisdom()
                .ifPresent(wisdom -> remember(wisdom, key, fastest.program().formulation()));
        return new Plan(fastest, "by running:", measured(timed, all));
    }

    private static List<Measurement.Timed> time(List<Routine> routines) {
        try {
            return Measurement.time(routines);
        } catch (Throwable e) {
            routines.forEach(Routine::close);
            throw e;
        }
    }

    /** A file that can't be written costs the next program a measurement, not this one its result. */
    private static void remember(Wisdom wisdom, Wisdom.Key key, String formulation) {
        try {
            wisdom.remember(key, formulation);
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "wisdom is not kept: " + e.getMessage(), e);
        }
    }

    private static List<Way> estimates(List<Candidate> all) {
        return all.stream()
                .map(candidate -> new Way(candidate.text(), candidate.cost(), OptionalDouble.empty(), ""))
                .toList();
    }

    private static List<Way> measured(List<Measurement.Timed> timed, List<Candidate> all) {
        var ways = new ArrayList<Way>();
        for (Measurement.Timed one : timed) {
            String text = one.routine().program().formulation();
            double estimate = all.stream()
                    .filter(candidate -> candidate.text().equals(text))
                    .mapToDouble(Candidate::cost)
                    .min()
                    .orElseThrow();
            ways.add(new Way(text, estimate, OptionalDouble.of(one.nanos() / NANOS), one.implementation()));
        }
        return ways;
    }

    private static List<Candidate> concat(List<Candidate> first, List<Candidate> others) {
        var both = new ArrayList<>(first);
        both.addAll(others);
        return both;
    }

    /** Returns how a tensor lies, as wisdom says it. */
    private static String how(Part part) {
        return part.isDense(Layout.CHANNELS_FIRST)
                ? "channels first"
                : part.isDense(Layout.CHANNELS_LAST) ? "channels last" : part.toString();
    }

    /** Compiles the first so many candidates that oneDNN has kernels for; if there are none, the first that it has reference loops for. */
    List<Routine> compile(ConvolutionProblem problem, Storage src, Storage dst, List<Candidate> candidates, int most) {
        var fast = new ArrayList<Routine>();
        var slow = new ArrayList<Routine>();
        var refusals = new ArrayList<UnsupportedConvolutionException>();
        try {
            for (Candidate candidate : candidates) {
                if (fast.size() == most) {
                    break;
                }
                compile(program(problem, src, dst, candidate), fast, slow, refusals);
            }
        } catch (Throwable e) {
            fast.forEach(Routine::close);
            slow.forEach(Routine::close);
            throw e;
        }
        if (fast.isEmpty() && slow.isEmpty()) {
            throw refusals.get(0); // the caller's own way of saying it is always a candidate
        }
        slow.stream().skip(fast.isEmpty() ? 1 : 0).forEach(Routine::close);
        return fast.isEmpty() ? slow.subList(0, 1) : fast;
    }

    private void compile(
            Program program, List<Routine> fast, List<Routine> slow, List<UnsupportedConvolutionException> refusals) {
        try {
            Routine routine = engine.routine(program);
            (routine.explain().implementation().contains(REFERENCE_LOOPS) ? slow : fast).add(routine);
        } catch (UnsupportedConvolutionException e) {
            refusals.add(e);
        }
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
