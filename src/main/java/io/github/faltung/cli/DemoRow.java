package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Layout;
import org.jspecify.annotations.Nullable;

/**
 * One line of the demo.
 *
 * @param name what kind of convolution it is, in a few words
 * @param source what it is applied to
 * @param layout of source and output
 * @param layer what is computed; of a pooling or a chain, the pointwise layer over as many channels
 * @param kernel where the weights come from
 * @param pooling what is computed instead; {@code null} if the layer is
 * @param deformation whether taps are moved
 * @param chain what is computed instead; {@code null} if the layer is
 */
record DemoRow(
        String name,
        DemoSource source,
        Layout layout,
        ConvolutionDescriptor layer,
        DemoKernel kernel,
        @Nullable PoolingDescriptor pooling,
        DemoDeformation deformation,
        @Nullable DemoChain chain) {

    DemoRow(String name, DemoSource source, Layout layout, ConvolutionDescriptor layer, DemoKernel kernel) {
        this(name, source, layout, layer, kernel, null, DemoDeformation.NONE, null);
    }

    static DemoRow pooled(
            String name, DemoSource source, Layout layout, ConvolutionBuilder channels, PoolingDescriptor pooling) {
        return new DemoRow(
                name, source, layout, channels.build(), DemoKernel.RANDOM, pooling, DemoDeformation.NONE, null);
    }

    static DemoRow chained(String name, DemoSource source, Layout layout, DemoChain chain) {
        ConvolutionDescriptor channels =
                ConvolutionDescriptor.conv2d(chain.channels(), chain.channels()).build();
        return new DemoRow(name, source, layout, channels, DemoKernel.RANDOM, null, DemoDeformation.NONE, chain);
    }

    static DemoRow first(String name, DemoSource source, ConvolutionBuilder layer) {
        return new DemoRow(name, source, Layout.CHANNELS_FIRST, layer.build(), DemoKernel.RANDOM);
    }

    static DemoRow last(String name, DemoSource source, ConvolutionBuilder layer) {
        return new DemoRow(name, source, Layout.CHANNELS_LAST, layer.build(), DemoKernel.RANDOM);
    }

    static DemoRow picture(String name, DemoKernel kernel) {
        return new DemoRow(name, DemoSource.PHOTO, Layout.CHANNELS_FIRST, kernel.layer(), kernel);
    }

    DemoRow deformed(DemoDeformation by) {
        return new DemoRow(name, source, layout, layer, kernel, pooling, by, chain);
    }

    ConvolutionProblem problem(Picture photo) {
        return new ConvolutionProblem(layer, source.dims(photo, layer.inputChannels()));
    }

    /** Returns what is computed, in a line that says all that matters for its cost. */
    Object subject(Picture photo) {
        ConvolutionProblem problem = problem(photo);
        if (chain != null) {
            return chain.describe(problem.srcDims());
        }
        return pooling == null ? problem : new PoolingProblem(pooling, problem.srcDims());
    }

    /** Returns whether the layer has a bias, as deep learning gives one to those with steps behind it. */
    boolean hasBias() {
        return !layer.postOps().isEmpty();
    }

    /** Returns the layout as deep learning spells it, such as {@code nchw}. */
    String layoutText() {
        String axes = "dhw".substring(3 - layer.spatialRank());
        return layout == Layout.CHANNELS_FIRST ? "nc" + axes : "n" + axes + "c";
    }

    /** Returns the heading that the row stands under. */
    String section() {
        if (source == DemoSource.PHOTO) {
            return "Pictures, " + source.text();
        }
        if (pooling != null) {
            return "Pooling";
        }
        if (chain != null) {
            return "Chains";
        }
        if (!layer.types().isAllF32()) {
            return "Other types than f32, " + source.text();
        }
        return layer.transposed() ? "Transposed" : layer.spatialRank() + "-D, " + source.text();
    }
}
