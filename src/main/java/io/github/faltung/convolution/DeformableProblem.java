package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;

/**
 * A deformable layer applied to a source of given extents. Its text form is the problem line of the convolution that it deforms, with
 * {@code deformable} and the number of offset groups in front: what error messages quote.
 *
 * @param descriptor the layer
 * @param srcDims {@code [MB, IC, H, W]}
 */
public record DeformableProblem(DeformableDescriptor descriptor, Dims srcDims) {
    /**
     * Checks every rule about a layer and its source.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public DeformableProblem {
        Dims dst = new ConvolutionProblem(descriptor.convolution(), srcDims).dstDims();
        perPlace("offsets", descriptor, 2, dst);
    }

    private static Dims perPlace(String field, DeformableDescriptor descriptor, int numbers, Dims dst) {
        long channels = (long) numbers * descriptor.offsetGroups() * descriptor.taps();
        return Rule.dims(field, new long[] {dst.get(0), channels, dst.get(2), dst.get(3)}, descriptor);
    }

    /** Returns the problem that this is where all offsets are 0. */
    public ConvolutionProblem convolution() {
        return new ConvolutionProblem(descriptor.convolution(), srcDims);
    }

    /** Returns {@code [MB, OC, OH, OW]}. */
    public Dims dstDims() {
        return convolution().dstDims();
    }

    /** Returns {@code [MB, offsetGroups·KH·KW·2, OH, OW]}. */
    public Dims offsetsDims() {
        return perPlace("offsets", descriptor, 2, dstDims());
    }

    /** Returns {@code [MB, offsetGroups·KH·KW, OH, OW]}. */
    public Dims maskDims() {
        return perPlace("mask", descriptor, 1, dstDims());
    }

    /** Returns the problem as a line. */
    @Override
    public String toString() {
        return "deformable og" + descriptor.offsetGroups() + " " + convolution();
    }
}
