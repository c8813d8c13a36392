package io.github.faltung.image;

import io.github.faltung.convolution.Engine;
import java.awt.RenderingHints;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects a {@link ConvolutionOp}. What is not set is as {@link java.awt.image.ConvolveOp} has it: pixels at the border become 0, samples
 * are summed as they are, sums are rounded down; it runs on the engine that all operations share. For one thread.
 */
public final class ConvolutionOpBuilder {
    final ImageKernel kernel;
    Edge edge = Edge.ZERO_FILL;
    double constant;
    boolean linearLight;
    boolean toNearest;

    @Nullable
    RenderingHints hints;

    FilterLayers layers = FilterLayers.shared();

    ConvolutionOpBuilder(ImageKernel kernel) {
        this.kernel = Objects.requireNonNull(kernel, "kernel");
    }

    /** Sets what becomes of the pixels at the border. */
    public ConvolutionOpBuilder edge(Edge edge) {
        this.edge = Objects.requireNonNull(edge, "edge");
        return this;
    }

    /**
     * Sets that beyond the border all samples have one value, alpha too.
     *
     * @param value as the samples are stored; in linear light, cut to a whole one
     * @throws IllegalArgumentException if it is not finite
     */
    public ConvolutionOpBuilder constantEdge(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("constant must be finite, but was " + value);
        }
        this.constant = value;
        return edge(Edge.CONSTANT);
    }

    /**
     * Sets that light is summed: samples are taken to be sRGB code values (IEC 61966-2-1), alpha excepted, and sums become the nearest of
     * them again. A blur then keeps the brightness that one sees from afar. Grey samples are code values, too, as image files have them,
     * though Java takes them to be linear.
     */
    public ConvolutionOpBuilder linearLight() {
        linearLight = true;
        return this;
    }

    /** Sets that sums are rounded to the nearest sample, so that a blur keeps the brightness of flat areas. */
    public ConvolutionOpBuilder roundToNearest() {
        toNearest = true;
        return this;
    }

    /** Sets the hints for the conversion of colours, if a destination needs one. */
    public ConvolutionOpBuilder hints(@Nullable RenderingHints hints) {
        this.hints = hints;
        return this;
    }

    /** Sets the engine to run on, which stays the caller's to close. */
    public ConvolutionOpBuilder engine(Engine engine) {
        this.layers = FilterLayers.on(Objects.requireNonNull(engine, "engine"));
        return this;
    }

    /** Returns the operation. */
    public ConvolutionOp build() {
        return new ConvolutionOp(
                this,
                switch (edge) {
                    case ZERO_FILL -> ConvolutionOp.EDGE_ZERO_FILL;
                    case NO_OP -> ConvolutionOp.EDGE_NO_OP;
                    case REPLICATE, REFLECT, MIRROR, WRAP, CONSTANT -> ConvolutionOp.EDGE_OTHER;
                });
    }
}
