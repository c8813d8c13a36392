package io.github.faltung.planning;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The layers that a planned layer's steps run, each prepared once, whatever source it is for, and kept as long as a routine runs it.
 * Thread-safe.
 */
final class PlannedLayers implements AutoCloseable {
    /** A layer with the number of routines that run it. */
    private static final class Prepared {
        private final Convolution layer;
        private final Recipe recipe;
        private int users;

        Prepared(Convolution layer, Recipe recipe) {
            this.layer = layer;
            this.recipe = recipe;
        }
    }

    private final Engine engine;
    private final List<Prepared> prepared = new ArrayList<>();
    private Parameters parameters;

    PlannedLayers(Engine engine, Parameters parameters) {
        this.engine = engine;
        this.parameters = parameters;
    }

    /**
     * Returns the step that runs a task. Regular layers are prepared without padding, which the step then has as its source's margin, so that
     * tasks that differ in nothing else share a layer and its weights.
     */
    synchronized Program.Apply apply(Task task) {
        ConvolutionDescriptor layer = task.layer();
        if (layer.transposed()) {
            return new Program.Apply(of(layer, task.recipe()), task.src(), task.dst());
        }
        var margin = (Padding.Explicit) layer.padding();
        return new Program.Apply(of(layer.withPadding(Padding.of(0)), task.recipe()), margin, task.src(), task.dst());
    }

    /** There are a few, so that looking at each takes less than a map's keys would, which are slow to link while a program waits for its first result. */
    private Convolution of(ConvolutionDescriptor layer, Recipe recipe) {
        for (Prepared one : prepared) {
            if (one.recipe.name().equals(recipe.name())
                    && one.layer.descriptor().equals(layer)) {
                return one.layer;
            }
        }
        Convolution made = make(layer, recipe);
        try {
            prepared.add(new Prepared(made, recipe));
            return made;
        } catch (Throwable e) {
            made.close();
            throw e;
        }
    }

    private Convolution make(ConvolutionDescriptor layer, Recipe recipe) {
        Parameters own = recipe.change().apply(parameters);
        try (Tensor weights = weights(layer, own);
                Tensor bias = bias(own)) {
            return engine.convolution(layer, weights, bias);
        }
    }

    /** Returns whether the windows of a task are columns times rows, so exactly that two passes keep the bound of one. */
    synchronized boolean isSeparable(Task task) {
        return RankOne.of(task.layer(), task.recipe().change().apply(parameters).weights())
                .filter(found -> found.keepsBoundOf(task.problem()))
                .isPresent();
    }

    /** Returns whether the windows of the layer that is planned are about columns times rows. */
    synchronized boolean isRankOne(ConvolutionDescriptor layer) {
        return RankOne.of(layer, parameters.weights()).isPresent();
    }

    /**
     * Replaces the parameters of all layers. Nothing may run meanwhile. Layers of columns or rows, which only programs run here that are
     * closed, are closed where the windows are not about columns times rows any more.
     */
    synchronized void update(Parameters replacement) {
        var changed = new LinkedHashMap<Prepared, Parameters>();
        var over = new ArrayList<Prepared>();
        for (Prepared one : prepared) {
            try {
                changed.put(one, one.recipe.change().apply(replacement));
            } catch (SeparableWeights.NotSeparableException e) {
                over.add(one);
            }
        }
        parameters = replacement;
        prepared.removeAll(over);
        over.forEach(one -> one.layer.close());
        changed.forEach((one, own) -> {
            try (Tensor weights = weights(one.layer.descriptor(), own);
                    Tensor bias = bias(own)) {
                one.layer.updateWeights(weights, bias);
            }
        });
    }

    /** Compiles a program of these layers, which stay until the routine is {@linkplain #discard discarded}. */
    synchronized Routine compile(Program program) {
        Routine routine = engine.routine(program);
        try {
            count(program, 1);
            return routine;
        } catch (Throwable e) {
            routine.close();
            throw e;
        }
    }

    /** Returns the step that runs a task, by a layer that stays until it is {@linkplain #release released}. */
    synchronized Program.Apply claim(Task task) {
        Program.Apply step = apply(task);
        count(step.layer(), 1);
        return step;
    }

    /** Gives back a claimed layer, which is closed if nobody else needs it. */
    synchronized void release(Convolution layer) {
        count(layer, -1);
        discardUnused();
    }

    private void count(Convolution layer, int more) {
        for (Prepared one : prepared) {
            one.users += one.layer == layer ? more : 0;
        }
    }

    /** Closes a routine, and the layers that no other one runs. */
    synchronized void discard(Routine routine) {
        routine.close();
        count(routine.program(), -1);
        discardUnused();
    }

    private void count(Program program, int more) {
        Set<Convolution> run = program.layers();
        for (Prepared one : prepared) {
            one.users += run.contains(one.layer) ? more : 0;
        }
    }

    /** Closes the layers that no routine runs. */
    synchronized void discardUnused() {
        prepared.removeIf(one -> {
            if (one.users == 0) {
                one.layer.close();
            }
            return one.users == 0;
        });
    }

    /** Returns how many layers there are. */
    synchronized int count() {
        return prepared.size();
    }

    private static Tensor weights(ConvolutionDescriptor layer, Parameters own) {
        DataType type = layer.types().weights();
        Tensor weights = Tensor.allocate(type, layer.weightsDims(), Layout.CHANNELS_FIRST);
        weights.copyFrom(own.weights(), Layout.CHANNELS_FIRST);
        return weights;
    }

    private static @Nullable Tensor bias(Parameters own) {
        float[] bias = own.bias();
        return bias == null ? null : Tensor.of(bias, Dims.of(bias.length));
    }

    @Override
    public synchronized void close() {
        prepared.forEach(one -> one.layer.close());
        prepared.clear();
    }
}
