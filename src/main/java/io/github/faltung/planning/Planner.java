package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Decides how one layer runs for a source and a destination that lie in some way. Thread-safe. */
final class Planner {
    private static final System.Logger LOG = System.getLogger(Planner.class.getName());

    /** What oneDNN's names of its plain loops have in common. */
    private static final String REFERENCE_LOOPS = "ref";

    /** What wisdom's name of a problem ends with if its weights are separable. */
    private static final String SEPARABLE = " with separable weights";

    /** What it ends with where some formulations may not be used. */
    private static final String CONFINED = " with non-finite numbers confined";

    private static final int MEASURED = 24;
    private static final double NANOS = 1e9;

    private final Engine engine;
    private final PlannedLayers layers;
    private final PlanningOptions options;
    private final Proposals proposals;

    Planner(Engine engine, PlannedLayers layers, PlanningOptions options) {
        this.engine = engine;
        this.layers = layers;
        this.options = options;
        this.proposals = new Proposals(Formulations.of(options), Hardware.of(engine));
    }

    /** Returns a problem as a task: padding in numbers, windows not turned. */
    static Task task(ConvolutionProblem problem, Storage src, Storage dst) {
        return task(problem, src.whole(), dst.whole());
    }

    private static Task task(ConvolutionProblem problem, Region src, Region dst) {
        ConvolutionDescriptor layer = problem.descriptor();
        var explicit = Axis.layer(layer, layer.transposed(), Channels.of(layer), Axis.of(problem), layer.postOps());
        Recipe recipe =
                layer.flipKernel() ? Recipe.NONE.then("flipped", parameters -> turned(layer, parameters)) : Recipe.NONE;
        return new Task(explicit, recipe, src, dst);
    }

    private static Parameters turned(ConvolutionDescriptor layer, Parameters parameters) {
        int window = layer.kernel().stream().reduce(1, Math::multiplyExact);
        var result = new float[parameters.weights().length];
        for (int i = 0; i < result.length; i++) {
            result[i] = parameters.weights()[i - i % window + window - 1 - i % window];
        }
        return new Parameters(result, parameters.bias());
    }

    /** Returns the ways in which a step of someone else's program may run, the best by the model first, for the only reader of one piece of so many. */
    List<Candidate> ways(Program.Apply step, int pieces) {
        Task asked = task(step.problem(), step.from(), step.to());
        return proposals.ways(asked.withSeparable(layers.isSeparable(asked)), pieces);
    }

    /** Plans a problem. Its layers belong to nobody until the plan has them, so that one problem at a time is planned. */
    Plan plan(ConvolutionProblem problem, Part srcPart, Part dstPart) {
        synchronized (layers) {
            try {
                return planAlone(problem, srcPart, dstPart);
            } finally {
                layers.discardUnused();
            }
        }
    }

    private Plan planAlone(ConvolutionProblem problem, Part srcPart, Part dstPart) {
        Storage src = Storage.source(problem.descriptor().types().src(), srcPart);
        Storage dst = Storage.destination(problem.descriptor().types().dst(), dstPart);
        Task asked = task(problem, src, dst);
        Task task = asked.withSeparable(layers.isSeparable(asked));
        String said = problem + (task.separable() ? SEPARABLE : "") + (options.confinesNonFinite() ? CONFINED : "");
        var key = new Wisdom.Key(engine.fingerprint(), said, how(srcPart), how(dstPart));
        Optional<String> known = options.wisdom().flatMap(wisdom -> wisdom.formulation(key));
        if (known.isPresent()) {
            List<Proposal> first = proposals.saidAs(known.get(), task);
            if (!first.isEmpty()) {
                // The others only if need be: going through them is most of what planning takes.
                Stream<Proposal> all =
                        Stream.concat(first.stream(), Stream.of(task).flatMap(one -> proposals.of(one).stream()));
                String reason = "known from " + options.wisdom().get().file() + ":";
                return decided(compile(problem, src, dst, all, 1), reason, () -> estimates(proposals.of(task)));
            }
            LOG.log(System.Logger.Level.WARNING, "wisdom is stale: nobody says {0} as \"{1}\"", problem, known.get());
        }
        List<Proposal> all = proposals.of(task);
        if (options.mode() == PlanningOptions.Mode.ESTIMATE) {
            return decided(compile(problem, src, dst, all.stream(), 1), "by the model:", () -> estimates(all));
        }
        Plan plan = fastest(compile(problem, src, dst, all.stream(), MEASURED), all);
        options.wisdom()
                .ifPresent(
                        wisdom -> remember(wisdom, key, plan.routine().program().formulation()));
        return plan;
    }

    /** Returns the plan that runs the first of some routines, the only one that is not closed. */
    private Plan decided(List<Routine> routines, String reason, Supplier<List<Way>> ways) {
        try {
            var plan = new Plan(routines.get(0), reason, ways);
            routines.stream().skip(1).forEach(layers::discard);
            return plan;
        } catch (Throwable e) {
            routines.forEach(layers::discard);
            throw e;
        }
    }

    private Plan fastest(List<Routine> routines, List<Proposal> all) {
        List<Routine> fastestFirst;
        List<Way> ways;
        try {
            List<Measurement.Timed> timed = Measurement.time(routines);
            fastestFirst = timed.stream().map(Measurement.Timed::routine).toList();
            ways = measured(timed, all);
        } catch (Throwable e) {
            routines.forEach(layers::discard);
            throw e;
        }
        return decided(fastestFirst, "by running:", () -> ways);
    }

    /** A file that can't be written costs the next program a measurement, not this one its result. */
    private static void remember(Wisdom wisdom, Wisdom.Key key, String formulation) {
        try {
            wisdom.remember(key, formulation);
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "wisdom is not kept: " + e.getMessage(), e);
        }
    }

    private static List<Way> estimates(List<Proposal> all) {
        return all.stream()
                .map(proposal -> new Way(proposal.text(), proposal.cost(), OptionalDouble.empty(), ""))
                .toList();
    }

    private static List<Way> measured(List<Measurement.Timed> timed, List<Proposal> all) {
        var ways = new ArrayList<Way>();
        for (Measurement.Timed one : timed) {
            String text = one.routine().program().formulation();
            double estimate = all.stream()
                    .filter(proposal -> proposal.text().equals(text))
                    .mapToDouble(Proposal::cost)
                    .min()
                    .orElseThrow();
            ways.add(new Way(text, estimate, OptionalDouble.of(one.nanos() / NANOS), one.implementation()));
        }
        return ways;
    }

    /** Returns how a tensor lies, as wisdom says it. */
    private static String how(Part part) {
        return part.isDense(Layout.CHANNELS_FIRST)
                ? "channels first"
                : part.isDense(Layout.CHANNELS_LAST) ? "channels last" : part.toString();
    }

    /** Compiles the first so many proposals that oneDNN has kernels for; if there are none, the first that it has reference loops for. */
    List<Routine> compile(ConvolutionProblem problem, Storage src, Storage dst, Stream<Proposal> proposals, int most) {
        var fast = new ArrayList<Routine>();
        var slow = new ArrayList<Routine>();
        var refusals = new ArrayList<UnsupportedConvolutionException>();
        try {
            Iterator<Proposal> next = proposals.iterator();
            while (fast.size() < most && next.hasNext()) {
                compile(program(problem, src, dst, next.next()), fast, slow, refusals);
            }
            if (fast.isEmpty() && slow.isEmpty()) {
                throw refusals.get(0); // the caller's own way of saying it is always a proposal
            }
            slow.stream().skip(fast.isEmpty() ? 1 : 0).forEach(layers::discard);
            return fast.isEmpty() ? slow.subList(0, 1) : fast;
        } catch (Throwable e) {
            fast.forEach(layers::discard);
            slow.forEach(layers::discard);
            throw e;
        }
    }

    /** Returns whether a routine runs loops that nobody made fast. */
    static boolean isSlow(Routine routine) {
        return routine.explain().implementation().contains(REFERENCE_LOOPS);
    }

    private void compile(
            Program program, List<Routine> fast, List<Routine> slow, List<UnsupportedConvolutionException> refusals) {
        try {
            Routine routine = layers.compile(program);
            try {
                (isSlow(routine) ? slow : fast).add(routine);
            } catch (Throwable e) {
                layers.discard(routine);
                throw e;
            }
        } catch (UnsupportedConvolutionException e) {
            refusals.add(e);
        }
    }

    private Program program(ConvolutionProblem problem, Storage src, Storage dst, Proposal proposal) {
        List<Program.Piece> pieces =
                proposal.pieces().get().stream().map(this::piece).toList();
        return new Program(problem, proposal.text(), src, dst, pieces, List.of());
    }

    private Program.Piece piece(Candidate candidate) {
        var steps = new ArrayList<Program.Step>();
        for (Candidate.Step step : candidate.steps()) {
            if (step instanceof Candidate.Copies copies) {
                steps.add(copies.copy());
            } else if (step instanceof Candidate.Runs runs) {
                steps.add(layers.apply(runs.task()));
            }
        }
        return new Program.Piece(steps);
    }
}
