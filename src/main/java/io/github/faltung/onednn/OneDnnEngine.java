package io.github.faltung.onednn;

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
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine that maps each layer to one oneDNN primitive, nothing clever: computes in the layout of the tensors it is given, without a
 * copy where both are dense and channels first, or both channels last.
 *
 * <p>Thread-safe; a call runs on the caller's thread and oneDNN's. Whoever opens it closes it.
 */
public final class OneDnnEngine extends Engine {
    private final NativeEngine nativeEngine;
    private final WorkerPool workers;
    private final OneDnnOptions options;

    private OneDnnEngine(NativeEngine nativeEngine, WorkerPool workers, OneDnnOptions options) {
        super("onednn", () -> {
            workers.close();
            nativeEngine.close();
        });
        this.nativeEngine = nativeEngine;
        this.workers = workers;
        this.options = options;
    }

    /**
     * Opens an engine with default options; loads the native libraries if this is the first.
     *
     * @throws NativeLoadException if they can't be loaded: says what was tried, why it failed, and the remedy
     */
    public static OneDnnEngine open() {
        return open(OneDnnOptions.DEFAULT);
    }

    /**
     * Opens an engine.
     *
     * @throws NativeLoadException if the native libraries can't be loaded
     * @throws UnsupportedOperationException if the options have another number of threads than the default, and it can't be set
     */
    public static OneDnnEngine open(OneDnnOptions options) {
        Objects.requireNonNull(options, "options");
        return open(options, Guards.ALL);
    }

    /** Opens an engine that lets some defects strike, for tests that show what they do: a call may crash the JVM. */
    static OneDnnEngine open(OneDnnOptions options, Guards guards) {
        NativeLibrary.require();
        if (options.threads() != OneDnnOptions.DEFAULT.threads()) {
            OpenMpThreads.requireLimits();
        }
        var callers = new Callers(options.threads());
        var workers = new WorkerPool(callers);
        var nativeEngine = new NativeEngine(callers, guards);
        try {
            return new OneDnnEngine(nativeEngine, workers, options);
        } catch (Throwable e) {
            nativeEngine.close();
            throw e;
        }
    }

    /**
     * Returns what is known of the native libraries.
     *
     * @throws NativeLoadException if they can't be loaded
     */
    public static OneDnnInfo info() {
        try (Engine engine = open()) {
            return OneDnnInfo.read(TypeSupport.of(engine));
        }
    }

    Callers callers() {
        return nativeEngine.callers();
    }

    @Override
    public String fingerprint() {
        return Machine.fingerprint(options.threads());
    }

    @Override
    public int lanes() {
        return Machine.lanes();
    }

    @Override
    public int vectorLength() {
        return Machine.vectorLength();
    }

    @Override
    public double relativeSpeed(DataType type) {
        return switch (type) {
            case BF16 -> Machine.relativeSpeedOfBf16();
            case S8, U8 -> Machine.relativeSpeedOfBytes();
            default -> 1;
        };
    }

    @Override
    public int threads() {
        return workers.workers();
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        var layer = new OneDnnLayer(nativeEngine, descriptor, weights, bias, options);
        try {
            return descriptor.isIntegerSum(bias != null)
                    ? new IntegerSumConvolution(
                            this, descriptor, layer, new WideSums(nativeEngine, descriptor, options, weights))
                    : new OneDnnConvolution(this, descriptor, layer);
        } catch (Throwable e) {
            layer.close();
            throw e;
        }
    }

    @Override
    protected void shareOut(int parts, IntConsumer body) {
        workers.forEach(parts, (part, worker) -> body.accept(part));
    }

    @Override
    protected Routine prepareRoutine(Program program) {
        var plan =
                new ForwardPlan(nativeEngine, 1, owner -> new ProgramSchedule(nativeEngine, owner, workers, program));
        try {
            return new OneDnnRoutine(this, program, plan);
        } catch (Throwable e) {
            plan.retire();
            throw e;
        }
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        return new OneDnnPooling(this, descriptor, OneDnnPooling.plans(nativeEngine, workers, descriptor, options));
    }

    @Override
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        DeformableWeights packed = DeformableWeights.of(nativeEngine, workers, descriptor, weights, bias);
        try {
            return new OneDnnDeformable(this, descriptor, new DeformableLayer(descriptor, packed, options));
        } catch (Throwable e) {
            packed.close();
            throw e;
        }
    }

    @Override
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        return new OneDnnGradients(this, descriptor, new GradientPools(nativeEngine, descriptor, options));
    }
}
