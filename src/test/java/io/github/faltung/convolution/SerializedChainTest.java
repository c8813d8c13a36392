package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.DataType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains that one process describes and another gets. */
class SerializedChainTest {
    static List<SequentialDescriptor> chains() {
        return List.of(
                Chains.mobileNetV2(),
                Chains.uNet(),
                Chains.leNet(PoolingDescriptor.Kind.MAX),
                SequentialDescriptor.of(
                        Link.withBias(conv2d(2, 4)
                                .groups(2)
                                .kernel(3, 1)
                                .stride(2)
                                .dilation(2)
                                .padding(Padding.explicit(List.of(1, 0), List.of(2, 0)))
                                .postOps(PostOp.parse("relu:0.1+add:1*2*3*4+prelu:0.5*1*2*3+clip:-1:6"))
                                .precision(Precision.BF16)
                                .build()),
                        Link.of(transposed2d(4, 2)
                                .kernel(2)
                                .stride(2)
                                .outputPadding(1)
                                .build())),
                SequentialDescriptor.of(Link.of(conv2d(1, 2)
                        .dataTypes(DataType.U8, DataType.S8, DataType.U8)
                        .quantization(Quantization.NONE
                                .withSrc(0.5f, 3)
                                .withWeights(List.of(0.25f, 2f))
                                .withDst(4, 9))
                        .flipKernel()
                        .build())));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void chain_writtenAndRead_isTheSame(SequentialDescriptor chain) throws Exception {
        assertThat(copy(chain)).isEqualTo(chain).hasToString(chain.toString());
    }

    @Test
    void otherDescriptors_writtenAndRead_areTheSame() throws Exception {
        ConvolutionDescriptor layer = conv2d(4, 4).kernel(3).build();
        for (Object descriptor : List.of(
                layer,
                new DeformableDescriptor(layer, 2),
                new SpatiallySeparable(layer, 2),
                new DepthwiseSeparable(layer, 1, List.of(PostOp.tanh())))) {
            assertThat(copy(descriptor)).isEqualTo(descriptor);
        }
    }

    private static Object copy(Object object) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }
}
