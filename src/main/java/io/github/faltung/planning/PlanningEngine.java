package io.github.faltung.planning;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.convolution.WrappingEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An engine that runs each convolution on another one in the fastest of several ways of saying it. Other kinds of layers are the other
 * engine's own.
 *
 * <p>Thread-safe. It takes the other engine over: closing it closes that, with all its layers.
 */
public final class PlanningEngine extends WrappingEngine {
    /** So many different weights are enough for measuring. */
    private static final int WEIGHTS = 7;

    private final PlanningOptions options;

    private PlanningEngine(Engine engine, PlanningOptions options) {
        super("planned " + engine.name(), engine, engine::close);
        this.options = options;
    }

    /** Wraps an engine, which is closed with this one, with default options. */
    public static PlanningEngine over(Engine engine) {
        return over(engine, PlanningOptions.DEFAULT);
    }

    /** Wraps an engine, which is closed with this one. */
    public static PlanningEngine over(Engine engine, PlanningOptions options) {
        return new PlanningEngine(Objects.requireNonNull(engine, "engine"), Objects.requireNonNull(options, "options"));
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        if (descriptor.types().isInteger()) {
            return wrapped().convolution(descriptor, weights, bias); // formulations know nothing of quantization
        }
        var parameters = new Parameters(weights.toFloatArray(), bias == null ? null : bias.toFloatArray());
        var layers = new PlannedLayers(wrapped(), parameters);
        return new PlannedConvolution(
                this,
                descriptor,
                new Planner(wrapped(), layers, options),
                layers,
                new RoutineCache(options.plansPerLayer(), layers::discard));
    }

    /** Layers of integers are the other engine's own. */
    @Override
    protected boolean runs(Convolution layer) {
        return super.runs(layer) || layer.engine() == wrapped();
    }

    @Override
    protected Routine prepareRoutine(Program program) {
        return new PlannedProgram(wrapped(), program).compile(this);
    }

    /**
     * Returns the ways in which a problem can be said, the best first: measured, if the options say so, or estimated. With weights of its own.
     *
     * @param layout of source and destination
     * @throws IllegalArgumentException if the layer has more weights than an array holds
     * @throws IllegalStateException if this engine is closed
     * @throws io.github.faltung.convolution.UnsupportedConvolutionException if the engine can't run the problem, or it is of integers
     */
    public List<Way> ways(ConvolutionProblem problem, Layout layout) {
        ConvolutionDescriptor layer = problem.descriptor();
        if (layer.types().isInteger()) {
            throw new UnsupportedConvolutionException("layers of integers run as they are: " + problem);
        }
        long elements = layer.weightsDims().elements();
        if (elements > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "weights must have fewer than 2^31 - 8 elements, but have " + elements + ": " + problem);
        }
        var values = new float[(int) elements];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % WEIGHTS - WEIGHTS / 2;
        }
        try (var layers = new PlannedLayers(wrapped(), new Parameters(values, null))) {
            Plan plan = new Planner(wrapped(), layers, options)
                    .plan(problem, Part.dense(problem.srcDims(), layout), Part.dense(problem.dstDims(), layout));
            layers.discard(plan.routine());
            return plan.ways();
        }
    }

    /** Only what a chain begins and ends with is rearranged then: any layer can read and write it as the caller has it. */
    @Override
    public Layout chainLayout(Layout src) {
        return Layout.CHANNELS_LAST;
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        return wrapped().pooling(descriptor);
    }

    @Override
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return wrapped().deformable(descriptor, weights, bias);
    }

    @Override
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        return wrapped().gradients(descriptor);
    }
}
