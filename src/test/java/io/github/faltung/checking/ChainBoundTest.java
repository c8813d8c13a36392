package io.github.faltung.checking;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Chains;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound of a chain holds where every layer is off by all that it may be, is no larger than need be, and finds what exceeds it. */
class ChainBoundTest {
    private static final long SEED = 20260812;

    private final Engine reference = new ReferenceEngine();

    @AfterEach
    void close() {
        reference.close();
    }

    static Stream<Arguments> chains() {
        return Stream.of(
                Arguments.of(Chains.leNet(), Dims.of(1, 1, 32, 32)),
                Arguments.of(Chains.leNet(PoolingDescriptor.Kind.MAX), Dims.of(1, 1, 32, 32)),
                Arguments.of(Chains.leNet(PoolingDescriptor.Kind.AVERAGE), Dims.of(1, 1, 32, 32)),
                Arguments.of(Chains.mobileNetV2(), Dims.of(2, 8, 9, 7)),
                Arguments.of(Chains.uNet(), Dims.of(2, 2, 12, 8)),
                Arguments.of(Chains.copies(), Dims.of(2, 3, 5, 6)));
    }

    /** Every layer of every kind, with weights, values and errors that add up and never cancel. */
    private static SequentialDescriptor additive() {
        return SequentialDescriptor.of(
                        Link.of(conv2d(2, 4).kernel(3).padding(1).build()),
                        Link.of(PoolingDescriptor.average2d()
                                .kernel(2)
                                .stride(2)
                                .build()),
                        Link.of(conv2d(4, 4).kernel(1).build()),
                        Link.of(PoolingDescriptor.max2d()
                                .kernel(3)
                                .stride(1)
                                .padding(1)
                                .build()))
                .thenAdding(
                        2, Link.of(conv2d(4, 4).groups(2).postOps(PostOp.sum(2)).build()))
                .thenAdding(
                        2,
                        Link.of(conv2d(4, 4)
                                .depthwise()
                                .postOps(PostOp.relu(), PostOp.sum())
                                .build()))
                .then(Link.of(transposed2d(4, 2).kernel(2).stride(2).build()));
    }

    private Comparison run(Engine engine, SequentialDescriptor chain, Dims dims, boolean positive) {
        List<Tensor> parameters = ChainFill.parameters(chain, SEED);
        try (Sequential layers = Sequential.prepare(engine, chain, prepared(parameters, positive));
                Tensor src = Tensor.allocate(dims);
                Tensor dst = Tensor.allocate(chain.dstDims(dims))) {
            var noise = new Noise(SEED, 100);
            ProblemData.fill(src, position -> positive ? 2 + noise.real(position) : noise.real(position));
            layers.forward(src, dst);
            return new ChainBound(chain, parameters).compare(reference, src, dst.toFloatArray());
        } finally {
            parameters.forEach(Tensor::close);
        }
    }

    private static List<Tensor> prepared(List<Tensor> parameters, boolean positive) {
        for (Tensor tensor : positive ? parameters : List.<Tensor>of()) {
            float[] values = tensor.toFloatArray();
            ProblemData.fill(tensor, position -> Math.abs(values[(int) position]));
        }
        return parameters;
    }

    @ParameterizedTest
    @MethodSource("chains")
    void compare_everyLayerAtTheEdge_passes(SequentialDescriptor chain, Dims dims) {
        for (double share : new double[] {0, 1, -1, 0.5}) {
            try (Engine edge = new EdgeEngine(share)) {
                Comparison comparison = run(edge, chain, dims, false);
                assertThat(comparison.isMatch())
                        .as("%s at %s, seed %s: %s", chain, share, SEED, comparison)
                        .isTrue();
                assertThat(comparison.compared()).isEqualTo(chain.dstDims(dims).elements());
            }
        }
    }

    @Test
    void compare_errorsThatAddUp_useUpTheBound() {
        try (Engine up = new EdgeEngine(1);
                Engine down = new EdgeEngine(-1);
                Engine beyond = new EdgeEngine(1.5)) {
            Dims dims = Dims.of(2, 2, 8, 6);
            for (Engine edge : List.of(up, down)) {
                Comparison comparison = run(edge, additive(), dims, true);
                assertThat(comparison.isMatch()).as(comparison.toString()).isTrue();
                // What is lost is that outputs are floats, each up to a rounding short of its edge.
                assertThat(comparison.worstRatio()).isGreaterThan(0.75);
            }
            Comparison comparison = run(beyond, additive(), dims, true);
            assertThat(comparison.mismatches()).as(comparison.toString()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    void compare_oneParameterOffByAHundredth_isFound(SequentialDescriptor chain, Dims dims) {
        for (int wrong = 0; wrong < chain.parameterDims().size(); wrong++) {
            List<Tensor> parameters = ChainFill.parameters(chain, SEED);
            List<Tensor> spoilt = ChainFill.parameters(chain, SEED);
            float[] values = spoilt.get(wrong).toFloatArray();
            ProblemData.fill(spoilt.get(wrong), position -> values[(int) position] * 1.01f);
            try (Sequential layers = Sequential.prepare(reference, chain, spoilt);
                    Tensor src = Tensor.allocate(dims);
                    Tensor dst = Tensor.allocate(chain.dstDims(dims))) {
                ProblemData.fill(src, new Noise(SEED, 100)::real);
                layers.forward(src, dst);
                Comparison comparison = new ChainBound(chain, parameters).compare(reference, src, dst.toFloatArray());
                assertThat(comparison.isMatch())
                        .as("%s, parameters %s, seed %s: %s", chain, wrong, SEED, comparison)
                        .isFalse();
            } finally {
                parameters.forEach(Tensor::close);
                spoilt.forEach(Tensor::close);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.01, -1.01})
    void compare_oneElementBeyondItsBound_isFound(double share) {
        SequentialDescriptor chain = Chains.uNet();
        List<Tensor> parameters = ChainFill.parameters(chain, SEED);
        try (Tensor src = Tensor.allocate(Dims.of(1, 2, 8, 8))) {
            ProblemData.fill(src, new Noise(SEED, 100)::real);
            ChainValue expected = new ChainBound(chain, parameters).evaluate(reference, src);
            float[] found = expected.rounded();
            assertThat(ChainBound.compare(expected, found).isMatch()).isTrue();
            found[5] = (float) (expected.values()[5] + share * expected.bounds()[5]);
            Comparison comparison = ChainBound.compare(expected, found);
            assertThat(comparison.mismatches()).isOne();
            assertThat(comparison.worst().position()).isEqualTo(5);
        } finally {
            parameters.forEach(Tensor::close);
        }
    }

    @Test
    void compare_valuesThatMayOverflow_haveNoBound() {
        SequentialDescriptor chain = SequentialDescriptor.of(
                Link.of(conv2d(1, 1).build()), Link.of(conv2d(1, 1).build()));
        try (Tensor huge = Tensor.of(new float[] {3e30f}, Dims.of(1, 1, 1, 1));
                Tensor src = Tensor.of(new float[] {1}, Dims.of(1, 1, 1, 1))) {
            var bound = new ChainBound(chain, List.of(huge, huge));
            assertThat(bound.compare(reference, src, new float[] {Float.POSITIVE_INFINITY})
                            .isMatch())
                    .isTrue();
        }
    }

    @Test
    void evaluate_linkOfAnUnknownKind_isRefusedByName() {
        assertThatThrownBy(() -> ChainBound.convolution(
                        Link.of(PoolingDescriptor.max2d().kernel(2).build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("chain must be of convolutions and poolings, but was of max 2x2");
    }
}
