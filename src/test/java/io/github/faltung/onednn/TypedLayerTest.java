package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.Direction;
import io.github.faltung.checking.ProblemResult;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers of other types than f32. */
@Tag("native")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypedLayerTest {
    private Engine engine;
    private Engine reference;

    @BeforeAll
    void open() {
        engine = OneDnnEngine.open();
        reference = new ReferenceEngine();
    }

    @AfterAll
    void close() {
        engine.close();
        reference.close();
    }

    /** #5942: in f32 the scale is a post-op, also of a layer that has no other and no bias. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "g2mb1ic2iw1oc12ow2kw1sw2pw1 --dt=s8:s8:f32",
                "mb1ic3ih5iw2oc28oh2ow2kh3kw1sh2sw3dh1ph0pw1 --dt=u8:s8:s32",
                "g3mb1ic3iw1oc99ow2kw1sw2pw1 --dt=s8:s8:f32",
            })
    void forward_windowsRightOfSourceWithoutBias_equalsReference(String line) {
        ProblemResult result = new ProblemRunner(
                        engine, reference, RunOptions.defaults().withoutBias())
                .run(ConvolutionProblem.parse(line), Arrangement.of(Layout.CHANNELS_LAST), Direction.FORWARD);
        assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.PASSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ic64ih14oc64kh3ph1 --dt=bf16",
                "ic64ih14oc64kh3ph1 --dt=bf16:bf16:f32 --attr-post-ops=sum+relu",
                "ic64ih14oc64kh3ph1 --dt=f16",
                "g64ic64ih14oc64kh3ph1 --dt=bf16",
                "deconv ic16ih7oc16kh4sh2ph1 --dt=f16:f16:f32",
                "ic64ih14oc64kh3ph1 --dt=u8:s8:s32",
                "ic64ih14oc64kh3ph1 --dt=s8:s8:f32",
                "g64ic64ih14oc64kh3ph1 --dt=u8:s8:u8 --attr-scales=dst:common:1024 --attr-zero-points=src:common:77+dst:common:50",
                "ic64ih14oc64kh1 --dt=u8 --attr-scales=dst:common:4096 --attr-zero-points=src:common:128+wei:common:128",
                "deconv ic16ih7oc16kh4sh2ph1 --dt=u8:s8:s8 --attr-scales=src:common:0.5+dst:common:2048 --attr-post-ops=sum",
                "ic3id5ih9iw9oc8kh3kd3kw3 --dt=s8:s8:u8 --attr-scales=dst:common:512",
                "ic8iw40oc8kw5 --dt=u8:s8:s8 --attr-scales=dst:common:512",
            })
    void forward_typedLayer_storesWhatTheReferenceDoes(String line) {
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            ProblemResult result = new ProblemRunner(engine, reference, RunOptions.defaults())
                    .run(ConvolutionProblem.parse(line), Arrangement.of(layout));
            assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.PASSED);
        }
    }

    /** Weights of u8 about 0 don't fit s8, so they are computed with in f32; the sums are exact all the same. */
    @Test
    void explain_weightsBeyondS8_saysWhyItIsInF32() {
        var layer = ConvolutionDescriptor.conv2d(4, 4)
                .kernel(3)
                .dataTypes(DataType.U8, DataType.U8, DataType.S32)
                .build();
        Explanation explanation = explain(layer, 200);
        assertThat(explanation.formulation()).contains("in f32");
        assertThat(explanation.notes()).anyMatch(note -> note.contains("weights less their zero points are beyond s8"));
    }

    /** 200 · 255 · 64 · 9 is more than 2²⁴, and 200 more than s8 holds: no arithmetic is left. */
    @Test
    void explain_sumsThatNothingHoldsExactly_isRefusedByName() {
        var builder = ConvolutionDescriptor.conv2d(64, 4).kernel(3);
        var layer = builder.dataTypes(DataType.U8, DataType.U8, DataType.F32).build();
        assertThatThrownBy(() -> explain(layer, 200))
                .isInstanceOf(UnsupportedConvolutionException.class)
                .hasMessageContaining("weights less their zero points are beyond s8")
                .hasMessageContaining("sums of its integers may exceed 2^24");
        var exact = builder.dataTypes(DataType.U8, DataType.U8, DataType.S32).build();
        assertThat(explain(exact, 200).notes()).anyMatch(note -> note.contains("digits of 4 bits"));
    }

    private Explanation explain(ConvolutionDescriptor layer, int weight) {
        var values = new int[Math.toIntExact(layer.weightsDims().elements())];
        Arrays.fill(values, weight);
        try (Tensor weights = Tensor.of(values, layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Convolution conv = engine.convolution(layer, weights)) {
            return conv.explain(Dims.of(1, layer.inputChannels(), 8, 8), Layout.CHANNELS_LAST);
        }
    }

    /** What the layer runs is chosen by its weights, so an update may change it. */
    @Test
    void updateWeights_toOnesBeyondS8_computesWithThem() {
        var layer = ConvolutionDescriptor.conv1d(1, 1)
                .dataTypes(DataType.U8, DataType.U8, DataType.S32)
                .quantization(Quantization.NONE.withWeights(List.of(1f), List.of(100)))
                .build();
        try (Tensor narrow = weight(layer, 150);
                Tensor wide = weight(layer, 255);
                Tensor src = Tensor.of(new int[] {3}, DataType.U8, Dims.of(1, 1, 1), Layout.CHANNELS_FIRST);
                Tensor dst = Tensor.allocate(DataType.S32, Dims.of(1, 1, 1), Layout.CHANNELS_FIRST);
                Convolution conv = engine.convolution(layer, narrow)) {
            conv.forward(src, dst);
            assertThat(dst.get(0, 0, 0)).isEqualTo(3 * 50);
            conv.updateWeights(wide, null);
            conv.forward(src, dst);
            assertThat(dst.get(0, 0, 0)).isEqualTo(3 * 155);
            conv.updateWeights(narrow, null);
            conv.forward(src, dst);
            assertThat(dst.get(0, 0, 0)).isEqualTo(3 * 50);
        }
    }

    private static Tensor weight(ConvolutionDescriptor layer, int value) {
        return Tensor.of(new int[] {value}, DataType.U8, layer.weightsDims(), Layout.CHANNELS_FIRST);
    }
}
