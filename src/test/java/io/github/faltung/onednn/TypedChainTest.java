package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chains whose values are not f32, on oneDNN and on the reference: equal, since all they compute is exact. */
@Tag("native")
class TypedChainTest {
    private static final LayerTypes QUANTISED = new LayerTypes(DataType.U8, DataType.S8, DataType.U8);

    /** An inverted residual of 8-bit numbers, steps by powers of two. */
    private static SequentialDescriptor quantisedBlock() {
        return SequentialDescriptor.of(Link.of(quantised(16, 32, 1, 1, 16)), Link.of(quantised(32, 32, 3, 32, 8)))
                .thenAdding(0, Link.of(quantised(32, 16, 1, 1, 32).withPostOps(List.of(PostOp.sum()))));
    }

    private static ConvolutionDescriptor quantised(int in, int out, int kernel, int groups, float step) {
        var quantization = Quantization.NONE.withSrc(1, 128).withDst(step, 128);
        return ConvolutionDescriptor.conv2d(in, out)
                .kernel(kernel)
                .padding(kernel / 2)
                .groups(groups)
                .build()
                .withTypes(QUANTISED, quantization);
    }

    private static SequentialDescriptor halves() {
        ConvolutionDescriptor first = ConvolutionDescriptor.conv2d(8, 16)
                .kernel(3)
                .padding(1)
                .dataType(DataType.BF16)
                .postOps(PostOp.relu())
                .build();
        ConvolutionDescriptor last = ConvolutionDescriptor.conv2d(16, 4)
                .dataTypes(DataType.BF16, DataType.BF16, DataType.F32)
                .build();
        return SequentialDescriptor.of(Link.of(first), Link.of(last));
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANNELS_FIRST", "CHANNELS_LAST"})
    void forward_quantisedBlock_isWhatTheReferenceGives(Layout layout) {
        assertSame(quantisedBlock(), Dims.of(2, 16, 9, 7), 128, layout);
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANNELS_FIRST", "CHANNELS_LAST"})
    void forward_halves_isWhatTheReferenceGives(Layout layout) {
        assertSame(halves(), Dims.of(2, 8, 9, 7), 0, layout);
    }

    private static void assertSame(SequentialDescriptor chain, Dims dims, int zeroPoint, Layout layout) {
        var random = new RandomProblems(7);
        float[] pixels = random.integers(dims.elements(), 4);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] += zeroPoint;
        }
        var parameters = new ArrayList<Tensor>();
        for (Dims each : chain.parameterDims()) {
            DataType type = chain.valueType(0) == DataType.U8 ? DataType.S8 : DataType.BF16;
            Tensor weights = Tensor.allocate(type, each, Layout.CHANNELS_FIRST);
            weights.copyFrom(random.integers(each.elements(), 2), Layout.CHANNELS_FIRST);
            parameters.add(weights);
        }
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Sequential prepared = Sequential.prepare(engine, chain, parameters);
                Sequential expected = Sequential.prepare(reference, chain, parameters);
                Tensor src = Tensor.allocate(chain.valueType(0), dims, layout)) {
            src.copyFrom(pixels, Layout.CHANNELS_FIRST);
            try (Tensor dst = prepared.forward(src)) {
                float[] found = dst.toFloatArray();
                assertThat(dst.dataType())
                        .isEqualTo(chain.valueType(chain.links().size()));
                assertThat(found).containsExactly(expected.forward(pixels, dims));
                assertThat(found.length).isEqualTo(chain.dstDims(dims).elements());
                long distinct = IntStream.range(0, found.length)
                        .mapToObj(i -> found[i])
                        .distinct()
                        .count();
                assertThat(distinct).as("different outputs").isGreaterThan(8);
            }
        } finally {
            parameters.forEach(Tensor::close);
        }
    }

    @Test
    void of_typesThatDoNotMeet_areRefused() {
        ConvolutionDescriptor f32 = ConvolutionDescriptor.conv2d(4, 4).build();
        assertThatThrownBy(() -> halves().then(Link.of(f32)).then(Link.of(quantised(4, 4, 1, 1, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("source type of layer 4 must be f32, which the layer before makes, but was u8");
        assertThatThrownBy(() -> halves().thenAdding(0, Link.of(f32.withPostOps(List.of(PostOp.sum())))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("skip of layer 3 must be of type f32, but was bf16");
    }
}
