package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A layer applied to a source of given extents. Its text form is the problem line of oneDNN's benchdnn, with {@code conv} or {@code
 * deconv} (transposed) in front and with {@code --attr-post-ops=} and {@code --flip-kernel} behind: what error messages quote and test
 * files hold.
 *
 * <p>A line tells padding in numbers, so a problem that is printed and parsed has the same geometry, though its {@link
 * ConvolutionDescriptor#padding} is then explicit.
 *
 * @param descriptor the layer
 * @param srcDims {@code [MB, IC, spatial…]}
 */
public record ConvolutionProblem(ConvolutionDescriptor descriptor, Dims srcDims) implements Problem {

    /**
     * Checks every rule about a layer and its source.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public ConvolutionProblem {
        if (srcDims.rank() != descriptor.spatialRank() + 2) {
            throw Rule.broken(
                    "src",
                    "must have " + (descriptor.spatialRank() + 2) + " axes, [MB, IC, spatial]",
                    srcDims,
                    descriptor);
        }
        if (srcDims.get(1) != descriptor.inputChannels()) {
            throw Rule.broken("src", "must have " + descriptor.inputChannels() + " channels", srcDims, descriptor);
        }
        if (srcDims.get(0) > Integer.MAX_VALUE) {
            throw Rule.broken("minibatch", "must be less than 2^31", srcDims.get(0), descriptor);
        }
        dstDims(descriptor, srcDims);
    }

    private static Dims dstDims(ConvolutionDescriptor descriptor, Dims srcDims) {
        long[] extents = srcDims.toArray();
        extents[1] = descriptor.outputChannels();
        for (int axis = 0; axis < descriptor.spatialRank(); axis++) {
            extents[2 + axis] = descriptor.outputExtent(axis, srcDims.get(2 + axis));
        }
        return Rule.dims("dst", extents, descriptor);
    }

    /**
     * Reads a problem line; see {@link ProblemLine} for the grammar.
     *
     * @throws IllegalArgumentException if the line is not one, or the problem breaks a rule
     */
    public static ConvolutionProblem parse(String line) {
        return ProblemLine.parse(line, false).convolution();
    }

    /** Returns {@code [MB, OC, spatial…]}. */
    @Override
    public Dims dstDims() {
        return dstDims(descriptor, srcDims);
    }

    /** Returns the minibatch. */
    public int minibatch() {
        return (int) srcDims.get(0);
    }

    /** Returns the same problem for another minibatch. */
    @Override
    public ConvolutionProblem withMinibatch(int minibatch) {
        long[] extents = srcDims.toArray();
        extents[0] = minibatch;
        return new ConvolutionProblem(descriptor, Dims.of(extents));
    }

    /** Returns the same problem in other types, integers standing for themselves. */
    public ConvolutionProblem withTypes(LayerTypes types) {
        return new ConvolutionProblem(descriptor.withTypes(types, Quantization.NONE), srcDims);
    }

    /** Returns the numbers of one spatial axis. */
    public AxisGeometry axis(int axis) {
        return Geometry.axis(descriptor, axis, srcDims.get(2 + axis));
    }

    /** Returns the numbers of all spatial axes, the slowest first. */
    public List<AxisGeometry> axes() {
        return IntStream.range(0, descriptor.spatialRank()).mapToObj(this::axis).toList();
    }

    /**
     * Returns the problem that takes this one's output back to its source, with the same weights: computing it is this one's gradient by
     * the source, {@code ⟨forward(x, w), y⟩ = ⟨x, adjoint.forward(y, w)⟩}. It is transposed where this one is not (Dumoulin and Visin,
     * <em>A guide to convolution arithmetic for deep learning</em>, 2016, relationship 13), and has no post-ops. Its source is this
     * one's output, less what output padding of a stride or more added there, which depends on no source element. Empty if nothing is
     * left then: padding has cut off all the output that depends on the source, and gradients are 0.
     */
    public Optional<ConvolutionProblem> adjoint() {
        long[] extents = dstDims().toArray();
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        var unreached = new ArrayList<Integer>();
        for (int i = 0; i < descriptor.spatialRank(); i++) {
            AxisGeometry axis = axis(i);
            long beyond = Math.max(0, -axis.paddingR());
            before.add(Math.toIntExact(axis.paddingL()));
            after.add(Math.toIntExact(Math.max(0, axis.paddingR())));
            unreached.add(descriptor.transposed() ? 0 : (int) beyond);
            extents[2 + i] -= descriptor.transposed() ? beyond - beyond % axis.stride() : 0;
        }
        if (Arrays.stream(extents).anyMatch(extent -> extent < 1)) {
            return Optional.empty();
        }
        var layer = new ConvolutionDescriptor(
                descriptor.outputChannels(),
                descriptor.inputChannels(),
                descriptor.groups(),
                descriptor.kernel(),
                descriptor.strides(),
                descriptor.dilation(),
                Padding.explicit(before, after),
                !descriptor.transposed(),
                unreached,
                List.of(),
                descriptor.flipKernel(),
                List.of());
        return Optional.of(new ConvolutionProblem(layer, Dims.of(extents)));
    }

    /**
     * Returns the number of multiply-adds, those with padding included: what the literature counts as a layer's cost. A {@code
     * double}, since it may exceed 2⁶³.
     */
    public double multiplyAdds() {
        Dims windows = descriptor.transposed() ? srcDims : dstDims();
        double perWindow = (double) descriptor.weightsDims().elements() / windows.get(1);
        return windows.elements() * perWindow;
    }

    /** Returns the problem line. */
    @Override
    public String toString() {
        return LayerText.of(this);
    }
}
