package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequentialDescriptorTest {
    @Test
    void table_leNet5_hasThePublishedNumbers() {
        SequentialTable table = Chains.leNet().table(Dims.of(1, 1, 32, 32));

        assertThat(table.rows().stream().map(row -> row.dst().toString()))
                .containsExactly(
                        "1x6x28x28", "1x6x14x14", "1x16x10x10", "1x16x5x5", "1x120x1x1", "1x84x1x1", "1x10x1x1");
        // LeCun and others, Gradient-Based Learning Applied to Document Recognition (1998), section II.B: C1, C5, F6.
        assertThat(List.of(0, 4, 5).stream().map(i -> table.rows().get(i).parameters()))
                .containsExactly(156L, 48120L, 10164L);
        assertThat(table.rows().get(0).multiplyAdds()).isEqualTo(28 * 28 * 6 * 25);
        assertThat(table.rows().stream().map(row -> row.fields().get(0).toString()))
                .containsExactly(
                        "5 jump 1.0 start 0",
                        "6 jump 2.0 start 0",
                        "14 jump 2.0 start 0",
                        "16 jump 4.0 start 0",
                        "32 jump 4.0 start 0",
                        "32 jump 4.0 start 0",
                        "32 jump 4.0 start 0");
        assertThat(table.parameters()).isEqualTo(Chains.leNet().parameters());
        assertThat(table.multiplyAdds()).isEqualTo(Chains.leNet().multiplyAdds(Dims.of(1, 1, 32, 32)));
    }

    @Test
    void table_printed_hasALinePerLayer() {
        assertThat(SequentialDescriptor.of(
                                Link.of(conv2d(3, 8)
                                        .kernel(3, 5)
                                        .stride(2)
                                        .padding(1)
                                        .build()),
                                Link.withBias(conv2d(8, 8)
                                        .depthwise()
                                        .kernel(3)
                                        .postOps(PostOp.relu())
                                        .build()))
                        .table(Dims.of(1, 3, 32, 32)))
                .hasToString("""
                layer                                 output   parameters    multiply-adds     field    jump   start
                source                             1x3x32x32                                       1       1       0
                conv 3x5 s2                        1x8x16x15          360            86400       3x5       2      -1
                conv 3x3 depthwise relu:0.0        1x8x14x13           80            13104       7x9       2      -1
                all                                                   440            99504""");
    }

    @Test
    void name_numbersOfEachChannel_areLeftOut() {
        assertThat(Link.of(conv2d(2, 2)
                                .kernel(3)
                                .postOps(PostOp.multiply(2, 3), PostOp.add(0.5f), PostOp.prelu(0.1f, 0.2f))
                                .build())
                        .name())
                .isEqualTo("conv 3x3 mul add:0.5 prelu");
    }

    /** Which source elements an output depends on, found by changing each of them. */
    @Test
    void field_randomRegularChains_isWhatChangingTheSourceShows() {
        var random = new Random(7);
        int checked = 0;
        for (int round = 0; round < 60; round++) {
            SequentialDescriptor chain = randomChain(random, false);
            var dims = Dims.of(1, 1, 60);
            List<long[]> seen = seen(chain, dims);
            ReceptiveField field = field(chain, dims);
            for (int o = 0; o < seen.size(); o++) {
                long first = Math.round(o * field.jump()) + field.start();
                long last = first + field.size() - 1;
                // Not where a later layer's padding stands for what an earlier one did not reach.
                if (first >= 0 && last < 50) {
                    assertThat(seen.get(o)).as("output %s of %s", o, chain).containsExactly(first, last);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(500);
    }

    @Test
    void field_withTransposedLayers_boundsWhatAnyOutputSees() {
        var random = new Random(8);
        int tight = 0;
        for (int round = 0; round < 60; round++) {
            SequentialDescriptor chain = randomChain(random, true);
            var dims = Dims.of(1, 1, 40);
            ReceptiveField field = field(chain, dims);
            long most = 0;
            for (long[] range : seen(chain, dims)) {
                most = Math.max(most, range[1] - range[0] + 1);
            }
            assertThat(most).as("%s", chain).isLessThanOrEqualTo(field.size());
            tight += most == field.size() ? 1 : 0;
        }
        assertThat(tight).isGreaterThan(40);
    }

    private static ReceptiveField field(SequentialDescriptor chain, Dims dims) {
        List<SequentialTable.Row> rows = chain.table(dims).rows();
        return rows.get(rows.size() - 1).fields().get(0);
    }

    private static SequentialDescriptor randomChain(Random random, boolean transposed) {
        var links = new ArrayList<Link>();
        for (int i = 0; i < 3; i++) {
            int kernel = 1 + random.nextInt(3);
            int stride = Math.min(kernel, 1 + random.nextInt(2));
            // Dense windows, so that every element between the first and the last one counts.
            boolean turned = transposed && i == 1;
            links.add(Link.of((turned ? transposed1d(1, 1) : conv1d(1, 1))
                    .kernel(kernel)
                    .stride(stride)
                    .padding(turned ? 0 : random.nextInt(kernel))
                    .build()));
        }
        return SequentialDescriptor.of(links.toArray(Link[]::new));
    }

    /** Returns the first and the last source element that each output sees, all weights being 1. */
    private static List<long[]> seen(SequentialDescriptor chain, Dims dims) {
        var tensors = chain.parameterDims().stream()
                .map(parameter -> {
                    var ones = new float[(int) parameter.elements()];
                    Arrays.fill(ones, 1);
                    return Tensor.of(ones, parameter);
                })
                .toList();
        var ranges = new ArrayList<long[]>();
        try (var engine = new ReferenceEngine();
                Sequential prepared = Sequential.prepare(engine, chain, tensors)) {
            for (int i = 0; i < dims.elements(); i++) {
                var src = new float[(int) dims.elements()];
                src[i] = 1;
                float[] dst = prepared.forward(src, dims);
                for (int o = 0; o < dst.length; o++) {
                    if (ranges.size() <= o) {
                        ranges.add(new long[] {Long.MAX_VALUE, -1});
                    }
                    if (dst[o] != 0) {
                        ranges.get(o)[0] = Math.min(ranges.get(o)[0], i);
                        ranges.get(o)[1] = i;
                    }
                }
            }
        }
        tensors.forEach(Tensor::close);
        ranges.removeIf(range -> range[1] < 0);
        return ranges;
    }

    @Test
    void field_behindASkip_isTheHull() {
        SequentialDescriptor chain = SequentialDescriptor.of(
                        Link.of(conv1d(1, 1).kernel(5).padding(Padding.causal()).build()))
                .thenAdding(
                        0, Link.of(conv1d(1, 1).kernel(1).postOps(PostOp.sum()).build()));
        assertThat(field(chain, Dims.of(1, 1, 9))).hasToString("5 jump 1.0 start -4");
        SequentialDescriptor narrow = SequentialDescriptor.of(
                        Link.of(conv1d(1, 1).kernel(1).build()),
                        Link.of(conv1d(1, 1).kernel(3).padding(Padding.causal()).build()))
                .thenAdding(1, Link.of(conv1d(1, 1).postOps(PostOp.sum()).build()));
        assertThat(field(narrow, Dims.of(1, 1, 9)).centre()).isEqualTo(-1);
    }

    @Test
    void rules_broken_areSaidWithNumbers() {
        Link plain = Link.of(conv1d(2, 2).build());
        Link sum = Link.of(conv1d(2, 2).postOps(PostOp.sum()).build());
        assertThatThrownBy(SequentialDescriptor::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> SequentialDescriptor.of(sum))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("skip of layer 1 must be given for a layer with a sum", "-1");
        assertThatThrownBy(() -> SequentialDescriptor.of(plain).thenAdding(0, plain))
                .hasMessageContainingAll("skip of layer 2 must be given for a layer with a sum and for no other", "0");
        assertThatThrownBy(() -> SequentialDescriptor.of(plain).thenAdding(2, sum))
                .hasMessageContainingAll("skip of layer 2 must be from 0, the source, to 1", "was 2");
        assertThatThrownBy(() -> SequentialDescriptor.of(plain).dstDims(Dims.of(1, 3, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("src must have 2 channels");
    }

    /** A pooling stands in the chain as the strided layer does, but for its weights. */
    @Test
    void table_pooling_hasTheFieldsOfALayerAndNoWeights() {
        Dims src = Dims.of(1, 1, 32, 32);
        SequentialTable strided = Chains.leNet().table(src);
        SequentialTable pooled = Chains.leNet(PoolingDescriptor.Kind.AVERAGE).table(src);
        for (int i = 0; i < strided.rows().size(); i++) {
            assertThat(pooled.rows().get(i).dst())
                    .isEqualTo(strided.rows().get(i).dst());
            assertThat(pooled.rows().get(i).fields())
                    .isEqualTo(strided.rows().get(i).fields());
        }
        assertThat(pooled.rows().get(1).name()).isEqualTo("avg 2x2 s2");
        assertThat(pooled.rows().get(1).parameters()).isZero();
        assertThat(pooled.rows().get(1).multiplyAdds()).isZero();
        Link global = Link.of(PoolingDescriptor.globalMax(2));
        assertThat(global.name()).isEqualTo("max allxall");
        assertThat(global.dstDims(src)).isEqualTo(Dims.of(1, 1, 1, 1));
        assertThatThrownBy(() -> global.dstDims(Dims.of(1, 1, 32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("src must have 4 axes");
    }

    @Test
    void toString_skips_areNamedBehindTheirLayers() {
        Link plain = Link.of(conv1d(2, 2).kernel(3).padding(1).build());
        Link sum = Link.of(conv1d(2, 2).postOps(PostOp.sum()).build());
        assertThat(SequentialDescriptor.of(plain)).hasToString("chain conv 3");
        assertThat(SequentialDescriptor.of(plain).thenAdding(0, sum).then(plain))
                .hasToString("chain conv 3, conv 1 sum:1.0 + value 0, conv 3");
    }

    @Test
    void thenAdding_furthestAndNearestValue_areAccepted() {
        Link plain = Link.of(conv1d(2, 2).build());
        Link sum = Link.of(conv1d(2, 2).postOps(PostOp.sum()).build());
        SequentialDescriptor chain =
                SequentialDescriptor.of(plain).thenAdding(0, sum).thenAdding(2, sum);
        assertThat(chain.skips()).containsExactly(SequentialDescriptor.NONE, 0, 2);
        assertThatThrownBy(() -> SequentialDescriptor.of(plain).thenAdding(-2, sum))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("skip of layer 2 must be from 0, the source, to 1", "was -2");
    }

    @Test
    void create_layerOfAnotherType_throwsWithItsNumberAndBothTypes() {
        Link plain = Link.of(conv1d(2, 2).build());
        Link bf16 = Link.of(conv1d(2, 2).dataType(DataType.BF16).build());
        assertThatThrownBy(() -> SequentialDescriptor.of(plain, plain, bf16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("source type of layer 3 must be f32, which the layer before makes, but was bf16:"
                        + " [conv 1, conv 1, conv 1]");
    }

    @Test
    void valueDims_skipOfOtherDims_throwsWithItsLayersNumber() {
        Link narrower = Link.of(conv1d(2, 2).kernel(3).postOps(PostOp.sum()).build());
        SequentialDescriptor chain =
                SequentialDescriptor.of(Link.of(conv1d(2, 2).build())).thenAdding(0, narrower);
        assertThatThrownBy(() -> chain.valueDims(Dims.of(1, 2, 9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("skip of layer 2 must have dims 1x2x7, but was 1x2x9: conv 3 sum:1.0");
    }

    @Test
    void name_groups_areToldFromDepthwise() {
        assertThat(Link.of(conv1d(1, 1).kernel(3).build()).name()).isEqualTo("conv 3");
        assertThat(Link.of(conv1d(4, 4).groups(2).build()).name()).isEqualTo("conv 1 g2");
        assertThat(Link.of(conv1d(4, 8).groups(4).build()).name()).isEqualTo("conv 1 depthwise");
    }
}
