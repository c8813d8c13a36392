package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.GradientsEvaluator;
import io.github.faltung.convolution.Layer;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.WrappingEngine;
import io.github.faltung.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An engine that runs another and checks what it computes, in tests or in production: all calls or some, all outputs or a sample.
 *
 * <p>Thread-safe. Closing it closes the layers it made, with those it had made for them. The two engines it was given stay open, since
 * it did not open them; they must stay open while it is in use.
 */
public final class CheckedEngine extends WrappingEngine {
    private final Engine reference;
    private final CheckOptions options;

    private CheckedEngine(Engine engine, Engine reference, CheckOptions options) {
        super("checked " + engine.name(), engine, () -> {});
        this.reference = reference;
        this.options = options;
    }

    /** Wraps an engine so that every call is checked; see {@link #of(Engine, Engine, CheckOptions)}. */
    public static CheckedEngine of(Engine engine, Engine reference) {
        return of(engine, reference, CheckOptions.defaults());
    }

    /**
     * Wraps an engine. Its layers throw {@link MismatchException} from {@code forward} if a checked output is wrong; the destination
     * then holds what the engine wrote.
     *
     * @param engine what runs
     * @param reference what says what is right; its layers must be {@link Evaluator}s, else making a layer throws {@link
     *     IllegalArgumentException}
     */
    public static CheckedEngine of(Engine engine, Engine reference, CheckOptions options) {
        return new CheckedEngine(engine, reference, options);
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        Convolution expected = reference.convolution(descriptor, weights, bias);
        try {
            Evaluator evaluator = evaluator(expected);
            var losses = new Bf16Losses(reference, descriptor, evaluator, weights);
            try {
                return paired(
                        wrapped().convolution(descriptor, weights, bias),
                        layer -> new CheckedConvolution(
                                this, layer, expected, evaluator, losses, options, bias != null, () -> {
                                    losses.close();
                                    close(layer, expected);
                                }));
            } catch (Throwable e) {
                losses.close();
                throw e;
            }
        } catch (Throwable e) {
            expected.close();
            throw e;
        }
    }

    @Override
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        ConvolutionGradients expected = reference.gradients(descriptor);
        try {
            GradientsEvaluator evaluator = gradientsEvaluator(expected);
            return paired(
                    wrapped().gradients(descriptor),
                    gradients -> new CheckedGradients(
                            this, gradients, evaluator, options, () -> close(gradients, expected)));
        } catch (Throwable e) {
            expected.close();
            throw e;
        }
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        Pooling expected = reference.pooling(descriptor);
        try {
            Evaluator evaluator = evaluator(expected);
            return paired(
                    wrapped().pooling(descriptor),
                    layer -> new CheckedPooling(this, layer, evaluator, options, () -> close(layer, expected)));
        } catch (Throwable e) {
            expected.close();
            throw e;
        }
    }

    @Override
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        DeformableConvolution expected = reference.deformable(descriptor, weights, bias);
        try {
            DeformableEvaluator evaluator = deformableEvaluator(expected);
            return paired(
                    wrapped().deformable(descriptor, weights, bias),
                    layer -> new CheckedDeformable(this, layer, evaluator, options, () -> close(layer, expected)));
        } catch (Throwable e) {
            expected.close();
            throw e;
        }
    }

    /** Returns what checks a layer, which is closed if that can't be made. */
    private static <L extends Layer> L paired(L layer, UnaryOperator<L> check) {
        try {
            return check.apply(layer);
        } catch (Throwable e) {
            layer.close();
            throw e;
        }
    }

    /** Returns a reference layer as what it must be. */
    static Evaluator evaluator(Layer expected) {
        if (expected instanceof Evaluator evaluator) {
            return evaluator;
        }
        throw noEvaluator(expected);
    }

    /** Returns a reference layer's gradients as what they must be. */
    static GradientsEvaluator gradientsEvaluator(ConvolutionGradients expected) {
        if (expected instanceof GradientsEvaluator evaluator) {
            return evaluator;
        }
        throw new IllegalArgumentException("the reference engine's gradients must be GradientsEvaluators, but"
                + " those of " + expected.engine().name() + " are not");
    }

    /** Returns a deformable reference layer as what it must be. */
    static DeformableEvaluator deformableEvaluator(DeformableConvolution expected) {
        if (expected instanceof DeformableEvaluator evaluator) {
            return evaluator;
        }
        throw noEvaluator(expected);
    }

    private static IllegalArgumentException noEvaluator(Layer expected) {
        return new IllegalArgumentException("the reference engine's layers must be Evaluators, but those of "
                + expected.engine().name() + " are not");
    }

    private static void close(Layer layer, Layer expected) {
        try {
            layer.close();
        } finally {
            expected.close();
        }
    }
}
