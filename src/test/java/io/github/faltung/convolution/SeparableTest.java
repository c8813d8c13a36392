package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Separable layers, exactly on integers on both engines, and what they cost. */
class SeparableTest {
    private static final long SEED = 20260808;

    @Test
    @Tag("native")
    void depthwiseSeparable_everyKind_equalsItsTwoLayers() {
        for (DepthwiseSeparable separable : List.of(
                DepthwiseSeparable.of(
                        conv2d(16, 8)
                                .kernel(3)
                                .padding(1)
                                .postOps(PostOp.relu())
                                .build(),
                        PostOp.clip(0, 6)),
                new DepthwiseSeparable(
                        conv2d(3, 20)
                                .kernel(5, 3)
                                .stride(2)
                                .padding(Padding.same())
                                .build(),
                        4,
                        List.of()),
                DepthwiseSeparable.of(ConvolutionDescriptor.conv1d(5, 7)
                        .kernel(3)
                        .dilation(2)
                        .flipKernel()
                        .build()),
                DepthwiseSeparable.of(
                        ConvolutionDescriptor.transposed3d(4, 6)
                                .kernel(2)
                                .stride(2)
                                .build(),
                        PostOp.relu()))) {
            int axes = separable.standard().spatialRank();
            long[] src = {2, separable.standard().inputChannels(), 9, 7, 5};
            Dims dims = Dims.of(Arrays.copyOf(src, 2 + axes));
            for (boolean hasBias : new boolean[] {false, true}) {
                assertExact(separable.chain(hasBias), dims);
            }
        }
    }

    private static void assertExact(SequentialDescriptor chain, Dims dims) {
        var random = new RandomProblems(SEED);
        float[] src = random.integers(dims.elements(), 4);
        List<Tensor> parameters = Chains.integers(chain, random);
        float[] expected = Chains.scatter(chain, parameters, src, dims);
        try (Engine reference = new ReferenceEngine();
                Engine oneDnn = OneDnnEngine.open()) {
            for (Engine engine : List.of(reference, oneDnn)) {
                try (Sequential prepared = Sequential.prepare(engine, chain, parameters);
                        Tensor last = Tensor.of(src, dims, Layout.CHANNELS_LAST)) {
                    assertThat(Chains.unsignedZeros(prepared.forward(src, dims)))
                            .as("%s", chain)
                            .containsExactly(expected);
                    last.copyFrom(src, Layout.CHANNELS_FIRST);
                    try (Tensor dst = prepared.forward(last)) {
                        assertThat(Chains.unsignedZeros(dst.toFloatArray()))
                                .as("%s", chain)
                                .containsExactly(expected);
                    }
                }
            }
        }
        parameters.forEach(Tensor::close);
    }

    @Test
    void depthwiseSeparable_costs_areThePublishedShare() {
        var separable =
                DepthwiseSeparable.of(conv2d(512, 512).kernel(3).padding(1).build(), PostOp.relu());
        Dims src = Dims.of(1, 512, 14, 14);
        assertThat(separable.parameters()).isEqualTo(512 * 9 + 512 * 512);
        assertThat(separable.standardParameters()).isEqualTo(512 * 512 * 9);
        // MobileNets, section 3.1: 1/N + 1/Dk²; table 3 has 52.3 and 462 million multiply-adds for this layer.
        assertThat(separable.multiplyAdds(src) / separable.standardMultiplyAdds(src))
                .isEqualTo(1.0 / 512 + 1.0 / 9, within(1e-15));
        assertThat(Math.round(separable.multiplyAdds(src) / 1e5)).isEqualTo(523);
        assertThat(Math.round(separable.standardMultiplyAdds(src) / 1e6)).isEqualTo(462);
    }

    /** Given columns and rows: the two passes are the standard layer whose kernel is the sum of their products. */
    @Test
    @Tag("native")
    void spatiallySeparable_givenPasses_equalTheStandardLayer() {
        for (SpatiallySeparable separable : List.of(
                new SpatiallySeparable(
                        conv2d(1, 1).kernel(5, 3).padding(Padding.full()).build(), 1),
                new SpatiallySeparable(
                        conv2d(1, 1)
                                .kernel(3)
                                .stride(2, 1)
                                .padding(Padding.same())
                                .postOps(PostOp.relu())
                                .build(),
                        2),
                new SpatiallySeparable(
                        conv2d(6, 6)
                                .depthwise()
                                .kernel(3, 4)
                                .dilation(1, 2)
                                .padding(Padding.causal())
                                .build(),
                        2),
                new SpatiallySeparable(
                        conv2d(4, 6)
                                .groups(2)
                                .kernel(3)
                                .flipKernel()
                                .padding(Padding.explicit(List.of(0, 2), List.of(1, 1)))
                                .build(),
                        3))) {
            ConvolutionDescriptor standard = separable.standard();
            var random = new RandomProblems(SEED);
            Dims dims = Dims.of(2, standard.inputChannels(), 9, 8);
            float[] src = random.integers(dims.elements(), 4);
            float[] columns = random.integers(separable.vertical().weightsDims().elements(), 3);
            float[] rows = random.integers(separable.horizontal().weightsDims().elements(), 3);
            float[] bias = random.integers(standard.outputChannels(), 9);
            var problem = new ConvolutionProblem(standard, dims);
            float[] expected = Chains.unsignedZeros(Scatter.forward(
                    problem,
                    src,
                    products(separable, columns, rows),
                    bias,
                    new float[(int) problem.dstDims().elements()]));
            try (Engine reference = new ReferenceEngine();
                    Engine oneDnn = OneDnnEngine.open();
                    Tensor v = Tensor.of(columns, separable.vertical().weightsDims());
                    Tensor h = Tensor.of(rows, separable.horizontal().weightsDims());
                    Tensor b = Tensor.of(bias, standard.biasDims())) {
                for (Engine engine : List.of(reference, oneDnn)) {
                    try (Sequential passes = Sequential.prepare(engine, separable.chain(true), List.of(v, h, b))) {
                        assertThat(Chains.unsignedZeros(passes.forward(src, dims)))
                                .as("%s", separable)
                                .containsExactly(expected);
                    }
                }
            }
        }
    }

    private static float[] products(SpatiallySeparable separable, float[] columns, float[] rows) {
        ConvolutionDescriptor standard = separable.standard();
        int kh = standard.kernel().get(0);
        int kw = standard.kernel().get(1);
        int inputs = standard.inputChannels() / standard.groups();
        int outputs = standard.outputChannels() / standard.groups();
        var weights = new float[(int) standard.weightsDims().elements()];
        int at = 0;
        for (int oc = 0; oc < standard.outputChannels(); oc++) {
            for (int ic = 0; ic < inputs; ic++) {
                for (int a = 0; a < kh; a++) {
                    for (int b = 0; b < kw; b++) {
                        for (int j = 0; j < separable.rank(); j++) {
                            int pair = oc / outputs * separable.rank() + j;
                            weights[at] +=
                                    columns[(pair * inputs + ic) * kh + a] * rows[(oc * separable.rank() + j) * kw + b];
                        }
                        at++;
                    }
                }
            }
        }
        return weights;
    }

    @Test
    void spatiallySeparable_costs_areRankTimesTheSides() {
        var separable = new SpatiallySeparable(
                conv2d(1, 1).kernel(21, 15).padding(Padding.same()).build(), 2);
        assertThat(separable.parameters()).isEqualTo(2 * (21 + 15));
        assertThat(separable.standardParameters()).isEqualTo(21 * 15);
        assertThat(separable.multiplyAdds(Dims.of(1, 1, 100, 100))).isEqualTo(2 * 36 * 1e4);
        assertThat(separable.standardMultiplyAdds(Dims.of(1, 1, 100, 100))).isEqualTo(315 * 1e4);
    }

    @Test
    void rules_broken_areSaidWithNumbers() {
        ConvolutionDescriptor grouped = conv2d(4, 4).groups(2).kernel(3).build();
        ConvolutionDescriptor plain = conv2d(4, 4).kernel(3).build();
        ConvolutionDescriptor sum = conv2d(4, 4).kernel(3).postOps(PostOp.sum()).build();
        assertThatThrownBy(() -> DepthwiseSeparable.of(grouped))
                .hasMessageContaining("groups must be 1 in the layer to separate, but was 2");
        assertThatThrownBy(() -> new DepthwiseSeparable(plain, 0, List.of()))
                .hasMessageContaining("multiplier must be at least 1, but was 0");
        assertThatThrownBy(() -> new DepthwiseSeparable(plain, 1 << 30, List.of()))
                .hasMessageContaining("2^31");
        assertThatThrownBy(() -> DepthwiseSeparable.of(plain, PostOp.sum()))
                .hasMessageContaining("between must have no sum");
        assertThatThrownBy(() -> new DepthwiseSeparable(plain, 2, List.of(PostOp.prelu(1, 2, 3, 4))))
                .hasMessageContaining("between must have one operand, or one for each of 8 channels, but was 4");
        assertThatThrownBy(() -> DepthwiseSeparable.of(sum).chain(false)).hasMessageContaining("skip of layer 2");
        assertThatThrownBy(() -> new SpatiallySeparable(grouped, Integer.MAX_VALUE))
                .hasMessageContaining("rank must leave");
    }

    @Test
    void depthwiseSeparable_layers_shareOutWhatTheStandardOneDoes() {
        ConvolutionDescriptor standard = conv2d(3, 20)
                .kernel(5, 3)
                .stride(2)
                .dilation(1, 2)
                .padding(Padding.same())
                .postOps(PostOp.relu())
                .build();
        var separable = new DepthwiseSeparable(standard, 4, List.of(PostOp.clip(0, 6)));
        assertThat(separable.depthwise())
                .isEqualTo(conv2d(3, 12)
                        .groups(3)
                        .kernel(5, 3)
                        .stride(2)
                        .dilation(1, 2)
                        .padding(Padding.same())
                        .postOps(PostOp.clip(0, 6))
                        .build());
        assertThat(separable.pointwise())
                .isEqualTo(conv2d(12, 20).postOps(PostOp.relu()).build());
        assertThat(separable.chain(true))
                .isEqualTo(SequentialDescriptor.of(
                        Link.withBias(separable.depthwise()), Link.withBias(separable.pointwise())));
        // As many channels between as there may be, and one operand for each of two.
        assertThat(new DepthwiseSeparable(conv2d(1, 1).build(), Integer.MAX_VALUE, List.of()).multiplier())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(new DepthwiseSeparable(conv2d(1, 1).build(), 2, List.of(PostOp.prelu(1, 2))).parameters())
                .isEqualTo(2 + 2);
    }

    @Test
    void spatiallySeparable_passes_areOfOneAxisEach() {
        ConvolutionDescriptor standard = conv2d(4, 6)
                .groups(2)
                .kernel(5, 3)
                .stride(2, 3)
                .dilation(1, 2)
                .padding(Padding.explicit(List.of(0, 2), List.of(1, 3)))
                .flipKernel()
                .postOps(PostOp.relu())
                .build();
        var separable = new SpatiallySeparable(standard, 3);
        assertThat(separable.vertical())
                .isEqualTo(conv2d(4, 6)
                        .groups(2)
                        .kernel(5, 1)
                        .stride(2, 1)
                        .padding(Padding.explicit(List.of(0, 0), List.of(1, 0)))
                        .flipKernel()
                        .build());
        assertThat(separable.horizontal())
                .isEqualTo(conv2d(6, 6)
                        .groups(2)
                        .kernel(1, 3)
                        .stride(1, 3)
                        .dilation(1, 2)
                        .padding(Padding.explicit(List.of(0, 2), List.of(0, 3)))
                        .flipKernel()
                        .postOps(PostOp.relu())
                        .build());
        assertThat(separable.chain(true))
                .isEqualTo(
                        SequentialDescriptor.of(Link.of(separable.vertical()), Link.withBias(separable.horizontal())));
    }

    @Test
    void spatiallySeparable_rank_isFromOneToWhatChannelsCanBeCounted() {
        ConvolutionDescriptor plain = conv2d(1, 1).kernel(3).build();
        assertThat(new SpatiallySeparable(plain, Integer.MAX_VALUE).rank()).isEqualTo(Integer.MAX_VALUE);
        assertThatThrownBy(() -> new SpatiallySeparable(plain, 0))
                .hasMessageContaining("rank must be at least 1, but was 0");
    }
}
