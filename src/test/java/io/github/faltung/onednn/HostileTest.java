package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.faltung.ChildJvm;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What once broke: found by trying to. */
@Tag("native")
class HostileTest {
    /** JavaCPP refuses its own allocations once the process has several times the heap's limit in memory. AVX2 has another kernel. */
    @ParameterizedTest
    @ValueSource(strings = {"AVX2", "DEFAULT"})
    void forward_tensorsFarLargerThanTheHeap_runs(String isa) {
        var outcome = ChildJvm.likeThis()
                .withOption("-Xmx64m")
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(LargeBesideSmallHeap.class);

        assertThat(outcome.output()).contains("done, 0 live handles");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Runs a layer on 256 MiB with a heap of 64. */
    static final class LargeBesideSmallHeap {
        private LargeBesideSmallHeap() {}

        public static void main(String[] args) {
            var layer = ConvolutionDescriptor.conv2d(1, 1).kernel(3).build();
            try (Engine engine = OneDnnEngine.open();
                    Tensor weights = Tensor.allocate(layer.weightsDims());
                    Convolution conv = engine.convolution(layer, weights);
                    Tensor src = Tensor.allocate(Dims.of(1, 1, 8192, 8192));
                    Tensor dst = conv.forward(src)) {
                conv.forward(src, dst);
                System.out.println(conv.explain(src.dims()));
                prepareAnother(engine);
            }
            System.out.println("done, " + NativeHandles.live() + " live handles");
        }

        private static void prepareAnother(Engine engine) {
            var layer = ConvolutionDescriptor.conv2d(8, 8).kernel(3).build();
            try (Tensor weights = Tensor.allocate(layer.weightsDims());
                    Convolution conv = engine.convolution(layer, weights)) {
                conv.forward(new float[8 * 25], Dims.of(1, 8, 5, 5));
                System.out.println(conv.explain(Dims.of(1, 8, 5, 5)));
            }
        }
    }

    @Test
    void forward_notANumberThroughRelu_isNoMismatch() {
        var layer = ConvolutionDescriptor.conv1d(1, 1).postOps(PostOp.relu()).build();
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(engine, reference);
                Tensor weights = Tensor.of(new float[] {1}, layer.weightsDims());
                Convolution conv = checked.convolution(layer, weights)) {
            assertThatCode(() -> conv.forward(new float[] {Float.NaN, -1, 2}, Dims.of(1, 1, 3)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void forward_notANumberThroughConstants_isNoMismatch() {
        for (PostOp postOp : List.of(PostOp.max(0), PostOp.min(1, 2), PostOp.prelu(0, 0.5f), PostOp.multiply(0, 1))) {
            var layer = ConvolutionDescriptor.conv1d(1, 2).postOps(postOp).build();
            try (Engine engine = OneDnnEngine.open();
                    Engine reference = new ReferenceEngine();
                    Engine checked = CheckedEngine.of(engine, reference);
                    Tensor weights = Tensor.of(new float[] {1, 1}, layer.weightsDims());
                    Convolution conv = checked.convolution(layer, weights)) {
                float[] hostile = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, -1, 2};
                assertThatCode(() -> conv.forward(hostile, Dims.of(1, 1, 5)))
                        .as("%s", postOp)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void forward_interleavedStrides_exact() {
        var layer = ConvolutionDescriptor.conv2d(1, 1).build();
        try (Engine engine = OneDnnEngine.open();
                Tensor weights = Tensor.of(new float[] {3}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Tensor src = Tensor.allocate(DataType.F32, Dims.of(1, 1, 2, 3), 100, 50, 6, 2);
                Tensor dst = Tensor.allocate(DataType.F32, Dims.of(1, 1, 2, 3), 9, 7, 1, 2)) {
            src.copyFrom(new float[] {1, 2, 3, 4, 5, 6}, Layout.CHANNELS_FIRST);
            conv.forward(src, dst);
            assertThat(dst.toFloatArray()).containsExactly(3, 6, 9, 12, 15, 18);
        }
    }

    @Test
    void explain_problemThatIsFramed_saysSo() {
        // An output padding of more than a stride, which oneDNN does not take: zeros are put after the source.
        var problem = ConvolutionProblem.parse("deconv mb1ic4oc4iw5ow22kw3pw0dw4sw2");
        var plain = ConvolutionProblem.parse("deconv mb1ic4oc4iw5ow19kw3pw0dw4sw2");
        try (Engine engine = OneDnnEngine.open();
                Tensor weights = Tensor.allocate(problem.descriptor().weightsDims());
                Convolution framed = engine.convolution(problem.descriptor(), weights);
                Convolution direct = engine.convolution(plain.descriptor(), weights)) {
            assertThat(framed.explain(problem.srcDims()).formulation()).isEqualTo("direct, src copied");
            assertThat(direct.explain(plain.srcDims()).formulation()).isEqualTo("direct");
        }
    }
}
