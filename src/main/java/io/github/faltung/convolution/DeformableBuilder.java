package io.github.faltung.convolution;

/**
 * Collects a {@link DeformableDescriptor}. What is not set is the usual: one group, one offset group, stride and dilation 1, no padding,
 * no post-ops. A single number given for a per-axis field holds for both axes. For one thread.
 */
public final class DeformableBuilder {
    private final ConvolutionBuilder convolution;
    private int offsetGroups = 1;

    DeformableBuilder(ConvolutionBuilder convolution) {
        this.convolution = convolution;
    }

    /** Sets the window size. */
    public DeformableBuilder kernel(int... perAxis) {
        convolution.kernel(perAxis);
        return this;
    }

    /** Sets the step between windows. */
    public DeformableBuilder stride(int... perAxis) {
        convolution.stride(perAxis);
        return this;
    }

    /** Sets the step between the taps of a window before they are moved; 1 is dense. */
    public DeformableBuilder dilation(int... perAxis) {
        convolution.dilation(perAxis);
        return this;
    }

    /** Sets the zeros around the source. */
    public DeformableBuilder padding(Padding padding) {
        convolution.padding(padding);
        return this;
    }

    /** Sets the zeros on both sides of each axis. */
    public DeformableBuilder padding(int... perAxis) {
        convolution.padding(perAxis);
        return this;
    }

    /** Sets the number of groups, whose weights see disjoint channels. */
    public DeformableBuilder groups(int groups) {
        convolution.groups(groups);
        return this;
    }

    /** Sets the number of groups of input channels that share offsets and masks. */
    public DeformableBuilder offsetGroups(int groups) {
        offsetGroups = groups;
        return this;
    }

    /** Sets the chain of steps after the bias. */
    public DeformableBuilder postOps(PostOp... chain) {
        convolution.postOps(chain);
        return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException if it breaks a rule, with the field, the rule and the value
     */
    public DeformableDescriptor build() {
        return new DeformableDescriptor(convolution.build(), offsetGroups);
    }
}
