package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv3d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed3d;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What {@link EngineContract} tries on every engine. */
public final class EngineContractCases {
    static final long SEED = 20260803;
    private static final int RANDOM = 80;

    private EngineContractCases() {}

    private static ConvolutionProblem of(ConvolutionBuilder layer, long... src) {
        return new ConvolutionProblem(layer.build(), Dims.of(src));
    }

    private static Padding explicit(List<Integer> before, List<Integer> after) {
        return Padding.explicit(before, after);
    }

    private static List<ConvolutionProblem> kinds() {
        return List.of(
                of(conv1d(3, 5).kernel(3), 2, 3, 11),
                of(conv1d(16, 16).kernel(4).stride(2).dilation(2).padding(Padding.causal()), 2, 16, 23),
                of(conv1d(17, 17).depthwise().kernel(5).padding(2), 1, 17, 19),
                of(conv2d(3, 8).kernel(3).padding(1), 2, 3, 9, 10),
                of(conv2d(16, 32).kernel(1), 2, 16, 5, 7),
                of(conv2d(16, 16).kernel(3).stride(2).padding(1), 1, 16, 9, 8),
                of(conv2d(1, 1).kernel(3, 5).padding(1, 2), 1, 1, 12, 33),
                of(conv2d(8, 6).groups(2).kernel(3).dilation(2, 3).padding(2, 3), 1, 8, 9, 9),
                of(conv2d(20, 20).depthwise().kernel(3).padding(1), 2, 20, 8, 9),
                of(conv2d(8, 16).depthwise().kernel(3).stride(2).padding(1), 1, 8, 9, 11),
                of(conv2d(5, 5).kernel(5).padding(2), 1, 5, 2, 2),
                of(conv2d(16, 16).kernel(1).padding(2), 1, 16, 3, 3),
                of(conv2d(4, 4).kernel(3, 2).flipKernel(), 1, 4, 6, 5),
                of(conv3d(4, 6).kernel(3, 2, 3).padding(1, 0, 1), 1, 4, 4, 5, 6),
                of(conv3d(6, 6).depthwise().kernel(2).stride(2), 1, 6, 5, 4, 6),
                of(transposed1d(4, 6).kernel(4).stride(2).padding(1), 2, 4, 9),
                of(transposed2d(8, 6).kernel(2).stride(2), 2, 8, 5, 4),
                of(transposed2d(6, 4).groups(2).kernel(3).stride(2).padding(1).outputPadding(1), 1, 6, 4, 5),
                of(transposed2d(9, 9).depthwise().kernel(4).stride(2).padding(1), 1, 9, 5, 5),
                of(transposed2d(4, 4).kernel(3).dilation(2).flipKernel(), 1, 4, 4, 4),
                of(transposed3d(3, 2).kernel(2).stride(2, 1, 2), 1, 3, 3, 3, 2));
    }

    static Stream<Arguments> kindsAndPlaces() {
        List<Arguments> all = new ArrayList<>();
        for (ConvolutionProblem problem : kinds()) {
            all.add(Arguments.of(problem, Place.CHANNELS_FIRST, Place.CHANNELS_FIRST));
            all.add(Arguments.of(problem, Place.CHANNELS_LAST, Place.CHANNELS_LAST));
            all.add(Arguments.of(problem, Place.CHANNELS_FIRST, Place.CHANNELS_LAST));
            all.add(Arguments.of(problem, Place.CHANNELS_LAST, Place.CHANNELS_FIRST));
            all.add(Arguments.of(problem, Place.PITCHED, Place.SPREAD));
            all.add(Arguments.of(problem, Place.SPREAD, Place.PITCHED));
            all.add(Arguments.of(problem, Place.WRAPPED, Place.WRAPPED));
        }
        return all.stream();
    }

    static Stream<ConvolutionProblem> paddings() {
        List<Padding> paddings = new ArrayList<>(List.of(Padding.Mode.values()));
        paddings.add(Padding.of(1));
        paddings.add(explicit(List.of(2, 0), List.of(0, 1)));
        paddings.add(explicit(List.of(0, 3), List.of(3, 0)));
        List<ConvolutionProblem> all = new ArrayList<>();
        for (Padding padding : paddings) {
            for (int[] kernel : new int[][] {{3, 3}, {2, 4}}) {
                for (int stride = 1; stride <= 2; stride++) {
                    all.add(of(conv2d(4, 5).kernel(kernel).stride(stride).padding(padding), 2, 4, 7, 8));
                    all.add(of(transposed2d(4, 5).kernel(kernel).stride(stride).padding(padding), 2, 4, 5, 6));
                }
            }
            all.add(of(conv2d(16, 16).kernel(3).dilation(2).padding(padding), 1, 16, 6, 7));
        }
        all.add(of(transposed2d(4, 5).kernel(3).stride(3, 2).outputSize(10, 8), 1, 4, 3, 3));
        all.add(of(
                transposed2d(4, 5)
                        .kernel(3)
                        .stride(2)
                        .padding(Padding.sameLower())
                        .outputSize(5, 6),
                1,
                4,
                3,
                3));
        all.add(of(transposed2d(4, 5).kernel(2).stride(5).padding(Padding.same()), 1, 4, 3, 3));
        return all.stream();
    }

    static Stream<List<PostOp>> postOps() {
        return Stream.of(
                List.of(PostOp.relu()),
                List.of(PostOp.leakyRelu(0.25f)),
                List.of(PostOp.clip(-3, 6)),
                List.of(PostOp.sum()),
                List.of(PostOp.sum(0.5f)),
                List.of(PostOp.sum(-2), PostOp.relu()),
                List.of(PostOp.relu(), PostOp.sum()),
                List.of(PostOp.relu(), PostOp.sum(2), PostOp.clip(-8, 8), PostOp.leakyRelu(-0.5f)),
                List.of(PostOp.add(3)),
                List.of(PostOp.multiply(-2)),
                List.of(PostOp.max(-4), PostOp.min(9)),
                List.of(PostOp.prelu(0.5f)),
                List.of(PostOp.multiply(2, -1, 0.5f, 3, 1, -0.25f), PostOp.add(1, 2, -3, 4, -5, 6)),
                List.of(PostOp.prelu(0.5f, 2, -1, 0, 1, 0.25f), PostOp.sum(2), PostOp.min(7, 1, 2, 9, -3, 5)));
    }

    static Stream<ConvolutionProblem> random() {
        return new RandomProblems(SEED).take(RANDOM).stream();
    }
}
