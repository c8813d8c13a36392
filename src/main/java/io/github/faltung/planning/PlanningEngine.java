package io.github.faltung.planning;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An engine that runs each convolution on another one in the fastest of several ways of saying it. Other kinds of layers are the other
 * engine's own.
 *
 * <p>Thread-safe. It takes the other engine over: closing it closes that, with all its layers.
 */
public final class PlanningEngine extends Engine {
    private final Engine engine;
    private final PlanningOptions options;

    private PlanningEngine(Engine engine, PlanningOptions options) {
        super("planned " + engine.name(), engine::close);
        this.engine = engine;
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
            return engine.convolution(descriptor, weights, bias); // formulations know nothing of quantization
        }
        var parameters = new Parameters(weights.toFloatArray(), bias == null ? null : bias.toFloatArray());
        var layers = new PlannedLayers(engine, parameters);
        return new PlannedConvolution(
                this,
                descriptor,
                new Planner(engine, layers, options),
                layers,
                new RoutineCache(options.plansPerLayer()));
    }

    @Override
    protected Routine prepareRoutine(Program program) {
        throw new UnsupportedOperationException("layers of a planned engine are not its own");
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        return engine.pooling(descriptor);
    }

    @Override
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return engine.deformable(descriptor, weights, bias);
    }

    @Override
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        return engine.gradients(descriptor);
    }
}
