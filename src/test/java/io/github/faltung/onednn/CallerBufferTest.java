package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors over a caller's direct buffers, which need not begin at a multiple of more than 4 bytes. */
@Tag("native")
class CallerBufferTest {
    @Tag("levels")
    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void forward_unalignedBuffers_exactAndZeroCopy(String isa) {
        var outcome =
                ChildJvm.likeThis().withEnvironment("ONEDNN_MAX_CPU_ISA", isa).run(Unaligned.class);

        assertThat(outcome.output()).endsWith("all exact\n");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Runs problems on buffers that begin 4 bytes after a multiple of 64. */
    static final class Unaligned {
        private static final List<String> LINES = List.of(
                "conv mb1ic16ih9oc16kh3ph1 --attr-post-ops=sum:1",
                "conv mb1ic16ih9oc16kh1 --attr-post-ops=sum:1",
                "conv mb1ic17ih9oc19kh3ph1 --attr-post-ops=relu",
                "conv g16mb1ic16ih9oc16kh3ph1 --attr-post-ops=sum:1",
                "conv g5mb1ic5ih9oc5kh3ph1",
                "conv g4mb1ic16ih9oc16kh3ph1",
                "conv mb1ic3iw33oc8kw5pw2",
                "conv mb1ic4id5oc6kd3pd1",
                "deconv mb1ic16ih9oc16kh4sh2ph1",
                "deconv g16mb1ic16ih9oc16kh3ph1 --attr-post-ops=sum:1");

        private Unaligned() {}

        public static void main(String[] args) {
            var random = new RandomProblems(7);
            try (Engine engine = OneDnnEngine.open();
                    Engine reference = new ReferenceEngine()) {
                for (String line : LINES) {
                    for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                        System.out.println(line + " " + layout);
                        run(engine, reference, ConvolutionProblem.parse(line), layout, random);
                    }
                }
            }
            System.out.print("all exact\n");
        }

        private static void run(
                Engine engine, Engine reference, ConvolutionProblem problem, Layout layout, RandomProblems random) {
            var layer = problem.descriptor();
            FloatBuffer in = unaligned(random.integers(problem.srcDims().elements(), 4));
            FloatBuffer out = unaligned(random.integers(problem.dstDims().elements(), 4));
            float[] weightValues = random.integers(layer.weightsDims().elements(), 4);
            try (Tensor weights = Tensor.of(weightValues, layer.weightsDims());
                    Tensor src = Tensor.of(in, problem.srcDims(), layout);
                    Tensor dst = Tensor.of(out, problem.dstDims(), layout);
                    Tensor wanted = Tensor.of(dst.toFloatArray(), problem.dstDims());
                    Convolution conv = engine.convolution(layer, weights);
                    Convolution truth = reference.convolution(layer, weights)) {
                truth.forward(src, wanted);
                conv.forward(src, dst);
                var found = new float[(int) problem.dstDims().elements()];
                out.duplicate().get(found); // the caller's own memory has the result
                float[] expected = wanted.toFloatArray(layout);
                for (int i = 0; i < expected.length; i++) {
                    if (found[i] != expected[i]) { // as numbers: a relu may make either zero
                        throw new AssertionError(
                                found[i] + ", not " + expected[i] + " at " + i + ": " + problem + " " + layout);
                    }
                }
            }
        }

        private static FloatBuffer unaligned(float[] values) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(values.length * Float.BYTES + 128);
            ByteBuffer off = bytes.alignedSlice(64).position(4).slice().order(ByteOrder.nativeOrder());
            return off.asFloatBuffer().put(0, values).limit(values.length);
        }
    }
}
