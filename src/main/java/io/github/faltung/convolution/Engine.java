package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Lifetime;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Something that can run a layer: one that computes, or one that wraps another.
 *
 * <p>Thread-safe. Whoever opens an engine closes it; that closes the layers it made. Closing waits for calls in progress.
 */
public abstract class Engine implements AutoCloseable {
    private final String name;
    private final Set<Lifetime> layers = ConcurrentHashMap.newKeySet();
    private final Lifetime lifetime;

    /**
     * Makes an open engine.
     *
     * @param name as {@link #name} returns it and messages quote it
     * @param free frees what the engine itself owns, after its layers are closed; must not refer to the engine
     */
    protected Engine(String name, Runnable free) {
        this.name = name;
        Set<Lifetime> all = layers;
        this.lifetime = new Lifetime(name, () -> closeAll(all, free));
        Forgotten.watch(this, name, lifetime);
    }

    /** Closes every layer and then frees, even if one of them fails; throws the first failure, the others as suppressed by it. */
    private static void closeAll(Set<Lifetime> layers, Runnable free) {
        var steps = new ArrayList<Runnable>();
        layers.forEach(layer -> steps.add(layer::close));
        steps.add(free);
        Throwable failure = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /**
     * Prepares a layer. The weights are copied, so the caller may change or close them afterwards.
     *
     * @param weights {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}, any layout, of the descriptor's weights type, read
     * @param bias {@code [OC]}, f32, read; {@code null} for none
     * @throws IllegalArgumentException if a tensor's dims or type are not the descriptor's
     * @throws IllegalStateException if this engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine can't run any problem of this layer
     */
    public final Convolution convolution(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        Objects.requireNonNull(descriptor, "descriptor");
        Objects.requireNonNull(weights, "weights");
        lifetime.enter();
        try {
            Arguments.checkWeights(descriptor, weights, bias);
            return prepare(descriptor, weights, bias).withBias(bias != null);
        } finally {
            lifetime.exit();
        }
    }

    /** Prepares a layer without bias; see {@link #convolution(ConvolutionDescriptor, Tensor, Tensor)}. */
    public final Convolution convolution(ConvolutionDescriptor descriptor, Tensor weights) {
        return convolution(descriptor, weights, null);
    }

    /**
     * Makes the layer. Dims and types are checked, and the engine stays open meanwhile. Frees what it made if it fails.
     */
    protected abstract Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias);

    /**
     * Prepares a pooling layer.
     *
     * @throws IllegalStateException if this engine is closed
     * @throws UnsupportedConvolutionException if the engine can't run any problem of this layer
     */
    public final Pooling pooling(PoolingDescriptor descriptor) {
        Objects.requireNonNull(descriptor, "descriptor");
        lifetime.enter();
        try {
            return preparePooling(descriptor);
        } finally {
            lifetime.exit();
        }
    }

    /**
     * Prepares the gradients of a layer.
     *
     * @param descriptor without post-ops: the gradient of a step after the sum is the caller's to multiply in; of floating-point types
     * @throws IllegalArgumentException if the layer has post-ops or is of integers
     * @throws IllegalStateException if this engine is closed
     * @throws UnsupportedConvolutionException if the engine computes no gradients
     */
    public final ConvolutionGradients gradients(ConvolutionDescriptor descriptor) {
        Objects.requireNonNull(descriptor, "descriptor");
        if (!descriptor.postOps().isEmpty()) {
            throw Rule.broken(
                    "postOps", "must be empty, since gradients are those of the sum", descriptor.postOps(), descriptor);
        }
        if (descriptor.types().isInteger()) {
            throw Rule.broken(
                    "types",
                    "must not be integers, since gradients are of floating-point types",
                    descriptor.types(),
                    descriptor);
        }
        lifetime.enter();
        try {
            return prepareGradients(descriptor);
        } finally {
            lifetime.exit();
        }
    }

    /**
     * Prepares a deformable layer. The weights are copied, so the caller may change or close them afterwards.
     *
     * @param weights {@code [OC, IC/G, KH, KW]}, any layout, f32, read
     * @param bias {@code [OC]}, f32, read; {@code null} for none
     * @throws IllegalArgumentException if a tensor's dims or type are not the descriptor's
     * @throws IllegalStateException if this engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine can't run such layers
     */
    public final DeformableConvolution deformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        Objects.requireNonNull(descriptor, "descriptor");
        Objects.requireNonNull(weights, "weights");
        lifetime.enter();
        try {
            Arguments.checkWeights(descriptor.convolution(), weights, bias);
            return prepareDeformable(descriptor, weights, bias);
        } finally {
            lifetime.exit();
        }
    }

    /**
     * Compiles a program of layers that this engine has prepared.
     *
     * @throws IllegalArgumentException if a layer is another engine's
     * @throws IllegalStateException if this engine or a layer is closed
     * @throws UnsupportedConvolutionException if the engine can't run one of the layers on such a source
     */
    public final Routine routine(Program program) {
        Objects.requireNonNull(program, "program");
        for (Convolution layer : program.layers()) {
            if (!runs(layer)) {
                throw Rule.broken("layer", "must be one that " + this + " has prepared", layer, program.problem());
            }
        }
        List<Convolution> layers = List.copyOf(program.layers());
        lifetime.enter();
        int open = 0; // counted, not listed: a list could fail to grow after a layer was entered
        try {
            for (; open < layers.size(); open++) {
                layers.get(open).enter();
            }
            return prepareRoutine(program);
        } finally {
            for (int i = 0; i < open; i++) {
                layers.get(i).exit();
            }
            lifetime.exit();
        }
    }

    /**
     * Calls {@code body} for each part of some work, in any order, on as many threads as work on one call, the caller's among them, and
     * returns when all are done: work that lies between calls, such as reading what is convolved, is shared out together with them. A layer
     * that a part runs may be shared out further, as any caller's, so that this is for many parts of short calls.
     *
     * @param parts how many, from 0
     * @param body given each from 0 once; must not close this engine. After one has failed not all others are begun; what the first threw is thrown
     * @throws IllegalArgumentException if there are fewer than 0
     * @throws IllegalStateException if this engine is closed
     */
    public final void forEach(int parts, IntConsumer body) {
        Objects.requireNonNull(body, "body");
        if (parts < 0) {
            throw new IllegalArgumentException("parts must not be negative, but was " + parts);
        }
        lifetime.enter();
        try {
            shareOut(parts, body);
        } finally {
            lifetime.exit();
        }
    }

    /** Does what {@link #forEach} says. The engine stays open meanwhile. An engine that has no threads of its own leaves this as it is. */
    protected void shareOut(int parts, IntConsumer body) {
        IntStream.range(0, parts).parallel().forEach(body);
    }

    /** Returns whether this engine can compile programs that run a layer: one of its own. */
    protected boolean runs(Convolution layer) {
        return layer.engine() == this;
    }

    /** Compiles the program. The engine stays open meanwhile. An engine that has nothing better leaves this as it is. */
    protected Routine prepareRoutine(Program program) {
        return new InterpretedRoutine(this, program);
    }

    /** Makes the pooling layer. The engine stays open meanwhile. An engine that has no pooling leaves this as it is. */
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        throw new UnsupportedConvolutionException("engine " + name + " has no pooling: " + descriptor);
    }

    /** Makes the deformable layer, under the conditions of {@link #prepare}. */
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        throw new UnsupportedConvolutionException(name + " can't run deformable layers: " + descriptor);
    }

    /** Makes the gradients of a layer without post-ops. The engine stays open meanwhile. */
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        throw new UnsupportedConvolutionException(name + " computes no gradients: " + descriptor);
    }

    /** Returns the engine's name, such as {@code onednn} or {@code reference}. */
    public final String name() {
        return name;
    }

    /**
     * Returns what the speed of this engine's layers depends on besides their problem: the machine, the number of threads, the version of
     * what computes. Engines of equal fingerprints are as fast as each other.
     */
    public String fingerprint() {
        return name;
    }

    /**
     * Returns about how many products of a type it computes in the time of one of f32: what planning without running goes by.
     *
     * @param type of source and weights; signed or unsigned makes no difference
     */
    public double relativeSpeed(DataType type) {
        return 1;
    }

    /** Returns how many f32 numbers an operation of its processor works on at once: what planning without running goes by. */
    public int lanes() {
        return 1;
    }

    /** Returns how many f32 numbers the vectors of its kernels hold, on which a processor may work part by part; from {@link #lanes()} on. */
    public int vectorLength() {
        return lanes();
    }

    /**
     * Returns how what lies between a chain's layers is to lie, so that they run fast.
     *
     * @param src how the chain's source lies
     */
    public Layout chainLayout(Layout src) {
        return src;
    }

    /** Returns how many threads work on one call, the caller's counted. */
    public int threads() {
        return 1;
    }

    final Lifetime adopt(String layer, Runnable free) {
        var own = new Lifetime[1];
        own[0] = new Lifetime(layer, () -> {
            try {
                free.run();
            } finally {
                layers.remove(own[0]);
            }
        });
        layers.add(own[0]);
        return own[0];
    }

    /** Closes the engine and its layers, after the calls in progress. A second call does nothing. */
    @Override
    public final void close() {
        lifetime.close();
    }

    @Override
    public final String toString() {
        return name;
    }
}
