package io.github.faltung.fuzz;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Precision;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Convolutions of any extents, strides, paddings and types on sources of any size; what is small enough runs, on every engine. */
final class DescriptorTarget extends ChoiceTarget {
    private static final long MOST_WEIGHTS = 1 << 12;
    private static final long MOST_ELEMENTS = 1 << 14;
    /** oneDNN takes a second to describe a problem of ten million outputs in a row. */
    private static final long MOST_DESCRIBED = 1 << 24;

    private static final double MOST_MULTIPLY_ADDS = 1 << 18;

    private static final List<DataType> TYPES = List.of(DataType.values());
    private static final List<Layout> LAYOUTS = List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST);

    DescriptorTarget() {
        super("descriptor", List.of(IllegalArgumentException.class, UnsupportedConvolutionException.class));
    }

    @Override
    void feed(Choices choices) {
        int axes = 1 + choices.below(3);
        ConvolutionDescriptor layer = layer(choices, axes);
        ConvolutionProblem problem = new ConvolutionProblem(layer, src(choices, layer, axes));
        if (!ConvolutionProblem.parse(problem.toString()).toString().equals(problem.toString())) {
            throw new AssertionError("reads its own line otherwise: " + problem);
        }
        if (layer.weightsDims().elements() > MOST_WEIGHTS) {
            return;
        }
        Engine engine = choices.of(Engines.all());
        try (Tensor weights = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Convolution convolution = engine.convolution(layer, weights)) {
            use(choices, convolution, problem);
        }
    }

    private static void use(Choices choices, Convolution convolution, ConvolutionProblem problem) {
        Layout layout = choices.of(LAYOUTS);
        if (problem.dstDims().elements() > MOST_DESCRIBED) {
            return;
        }
        requireText(convolution.explain(problem.srcDims(), layout));
        if (isSmall(problem)) {
            LayerTypes types = problem.descriptor().types();
            try (Tensor src = Tensor.allocate(types.src(), problem.srcDims(), layout);
                    Tensor dst = Tensor.allocate(types.dst(), problem.dstDims(), layout)) {
                convolution.forward(src, dst);
            }
        }
    }

    private static boolean isSmall(ConvolutionProblem problem) {
        long src = problem.srcDims().elements();
        long dst = problem.dstDims().elements();
        double most =
                (double) Math.max(src, dst) * problem.descriptor().weightsDims().elements();
        return src <= MOST_ELEMENTS && dst <= MOST_ELEMENTS && most <= MOST_MULTIPLY_ADDS;
    }

    private static ConvolutionDescriptor layer(Choices choices, int axes) {
        boolean transposed = choices.oneIn(3);
        int in = choices.extent(20);
        int out = choices.extent(20);
        ConvolutionBuilder builder = switch (axes) {
            case 1 -> transposed ? ConvolutionDescriptor.transposed1d(in, out) : ConvolutionDescriptor.conv1d(in, out);
            case 2 -> transposed ? ConvolutionDescriptor.transposed2d(in, out) : ConvolutionDescriptor.conv2d(in, out);
            default -> transposed ? ConvolutionDescriptor.transposed3d(in, out) : ConvolutionDescriptor.conv3d(in, out);
        };
        builder.kernel(choices.extents(axes, 4)).padding(padding(choices, axes));
        if (choices.oneIn(2)) {
            builder.stride(choices.extents(axes, 3)).dilation(choices.extents(axes, 2));
        }
        if (choices.oneIn(3)) {
            builder.groups(choices.oneIn(2) ? in : choices.extent(4));
        }
        if (choices.oneIn(4)) {
            more(choices, builder, axes);
        }
        return builder.build();
    }

    private static void more(Choices choices, ConvolutionBuilder builder, int axes) {
        switch (choices.below(6)) {
            case 0 -> builder.outputPadding(choices.extents(axes, 3));
            case 1 -> builder.outputSize(choices.extents(axes, 12));
            case 2 -> builder.flipKernel();
            case 3 -> builder.precision(choices.of(List.of(Precision.values())));
            case 4 -> builder.postOps(postOp(choices));
            default ->
                builder.dataTypes(choices.of(TYPES), choices.of(TYPES), choices.of(TYPES))
                        .quantization(quantization(choices));
        }
    }

    private static Quantization quantization(Choices choices) {
        if (choices.oneIn(2)) {
            return Quantization.NONE;
        }
        return Quantization.NONE
                .withSrc(choices.number(), choices.extent(255))
                .withWeights(List.of(choices.number()), List.of(choices.extent(3)))
                .withDst(choices.number(), choices.extent(255));
    }

    private static PostOp postOp(Choices choices) {
        float a = choices.number();
        float b = choices.number();
        return switch (choices.below(8)) {
            case 0 -> PostOp.leakyRelu(a);
            case 1 -> PostOp.elu(a);
            case 2 -> PostOp.swish(a);
            case 3 -> PostOp.linear(a, b);
            case 4 -> PostOp.clip(a, b);
            case 5 -> PostOp.sum(a);
            case 6 -> PostOp.add(choices.numbers(1 + choices.below(20)));
            default -> PostOp.prelu(choices.numbers(choices.below(20)));
        };
    }

    private static Padding padding(Choices choices, int axes) {
        List<Padding.Mode> modes = List.of(Padding.Mode.values());
        if (choices.oneIn(2)) {
            return choices.of(modes);
        }
        return Padding.explicit(paddings(choices, axes), paddings(choices, axes));
    }

    private static List<Integer> paddings(Choices choices, int axes) {
        return IntStream.range(0, axes).mapToObj(i -> choices.extent(4) - 1).toList();
    }

    private static Dims src(Choices choices, ConvolutionDescriptor layer, int axes) {
        var extents = new long[2 + axes];
        Arrays.setAll(extents, i -> choices.oneIn(10) ? choices.index(1 << 12) : 1 + choices.below(10));
        extents[1] = choices.oneIn(20) ? extents[1] : layer.inputChannels();
        return Dims.of(extents);
    }
}
