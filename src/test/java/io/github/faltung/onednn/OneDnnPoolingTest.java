package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.checking.CheckOptions;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.Place;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingBuilder;
import io.github.faltung.convolution.PoolingContract;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class OneDnnPoolingTest implements PoolingContract {
    @Override
    public Engine open() {
        return OneDnnEngine.open();
    }

    @Test
    void explain_plainLayouts_copyNothing() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(
                        PoolingDescriptor.max2d().kernel(3).stride(2).padding(1).build())) {
            for (Layout layout : new Layout[] {Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST}) {
                Explanation explanation = layer.explain(Dims.of(1, 16, 9, 9), layout);
                assertThat(explanation.notes()).isEmpty();
                assertThat(explanation.implementation()).isNotEqualTo("ref:any");
            }
        }
    }

    @Test
    void explain_meanThatReachesBeyondThePaddedSource_isFramed() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(PoolingDescriptor.average2d()
                        .kernel(3)
                        .stride(2)
                        .padding(1)
                        .ceilMode()
                        .countIncludePad()
                        .build())) {
            assertThat(layer.explain(Dims.of(1, 16, 8, 8)).notes())
                    .containsExactly("src is copied into CHANNELS_FIRST with zeros around it first");
            assertThat(layer.explain(Dims.of(1, 16, 9, 9)).notes()).isEmpty();
        }
    }

    /** oneDNN refuses it; the windows of three have one element in a source of one. */
    @Test
    void forward_meanThatJumpsOverTheSource_isDoneInJava() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(PoolingDescriptor.average1d()
                        .kernel(3)
                        .dilation(2)
                        .padding(2)
                        .build())) {
            assertThat(layer.forward(new float[] {7}, Dims.of(1, 1, 1))).containsExactly(7);
            Explanation explanation = layer.explain(Dims.of(1, 1, 1));
            assertThat(explanation.formulation()).isEqualTo("rows in Java");
            assertThat(explanation.notes())
                    .containsExactly(
                            "not by oneDNN in f32: it takes no dilation larger than the source for such a mean");
        }
    }

    /** A frame of a million zeros would do; this is of 8 GB. */
    @Test
    void explain_hugePaddingToBeCounted_isNotPutAroundTheSource() {
        var layer = new PoolingDescriptor(
                PoolingDescriptor.Kind.AVERAGE,
                List.of(20),
                List.of(500_000_001),
                List.of(1),
                Padding.explicit(List.of(2_000_000_000), List.of(0)),
                true,
                true);
        try (Engine engine = open();
                Pooling pooling = engine.pooling(layer)) {
            Explanation explanation = pooling.explain(Dims.of(1, 1, 12));
            assertThat(explanation.implementation()).isEqualTo("java");
            assertThat(explanation.scratchpadBytes()).isLessThan(1 << 20);
            assertThat(explanation.notes())
                    .containsExactly("not by oneDNN in f32: zeros around the source would take many times its memory");
            assertThat(pooling.forward(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, Dims.of(1, 1, 12)))
                    .containsExactly(0, 0, 0, 0, 8.5f);
        }
    }

    @Test
    void explain_dilatedWindow_saysThatOneDnnIsSlow() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(
                        PoolingDescriptor.max2d().kernel(3).dilation(2).build())) {
            for (Layout layout : new Layout[] {Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST}) {
                Explanation explanation = layer.explain(Dims.of(1, 3, 9, 9), layout);
                assertThat(explanation.implementation()).isEqualTo("java");
                assertThat(explanation.notes())
                        .containsExactly("not by oneDNN in f32: it has only reference loops, ref:any");
            }
            assertThat(layer.explain(Dims.of(1, 16, 9, 9)).notes())
                    .contains("src is copied into CHANNELS_LAST first")
                    .contains("dst is copied out of CHANNELS_LAST afterwards");
        }
    }

    /** Large enough for all threads, and with images beyond what is copied at once. */
    @Test
    void forward_dilatedWindowsOnAllThreads_areRight() {
        List<PoolingBuilder> layers = List.of(
                PoolingDescriptor.max2d().kernel(3).dilation(2).padding(2),
                PoolingDescriptor.average2d().kernel(3).dilation(2).stride(2).padding(2),
                PoolingDescriptor.average2d()
                        .kernel(2, 5)
                        .dilation(3, 2)
                        .countIncludePad()
                        .padding(4));
        try (Engine engine = open();
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(
                        engine, reference, CheckOptions.defaults().withOutputs(Integer.MAX_VALUE))) {
            for (PoolingBuilder layer : layers) {
                for (Dims dims : List.of(Dims.of(2, 24, 60, 61), Dims.of(1, 2, 270, 300), Dims.of(3, 5, 90, 50))) {
                    for (Place place : List.of(Place.CHANNELS_FIRST, Place.CHANNELS_LAST)) {
                        try (Pooling pooling = checked.pooling(layer.build());
                                Tensor src = place.of(reals(dims), dims);
                                Tensor dst = pooling.forward(src)) {
                            assertThat(dst.dims()).isEqualTo(new PoolingProblem(layer.build(), dims).dstDims());
                        }
                    }
                }
            }
        }
    }

    private static float[] reals(Dims dims) {
        var random = new Random(7);
        var values = new float[Math.toIntExact(dims.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.7f;
        }
        return values;
    }

    @Test
    void explain_otherTypes_saysWhatIsComputedIn() {
        // Arm has a kernel for bytes only where vectors have 512 bits.
        boolean hasKernel = !OneDnnInfo.isArm() || Machine.hasWideVectors();
        try (Engine engine = open()) {
            for (DataType type : List.of(DataType.U8, DataType.S8)) {
                try (Pooling layer = engine.pooling(
                        PoolingDescriptor.max2d().kernel(3).dataType(type).build())) {
                    assertThat(layer.explain(Dims.of(1, 64, 9, 9), Layout.CHANNELS_LAST)
                                    .formulation())
                            .isEqualTo(hasKernel ? "direct" : "direct in f32, src and dst copied");
                    Explanation first = layer.explain(Dims.of(1, 64, 9, 9));
                    assertThat(first.formulation()).isEqualTo("direct in f32, src and dst copied");
                    assertThat(first.notes())
                            .contains("not by oneDNN in " + type + ": it has only reference loops, ref:any");
                }
            }
            try (Pooling layer =
                    engine.pooling(PoolingDescriptor.globalAverage(2).withDataType(DataType.U8))) {
                assertThat(layer.explain(Dims.of(1, 1, 4000, 3000), Layout.CHANNELS_LAST)
                                .notes())
                        .contains("not by oneDNN in u8: sums of its integers may exceed 2^31");
            }
        }
    }

    /**
     * 9,000,000 elements of 255 add up to more than 2³¹. In f32 a sum beyond 2²⁴ grows by 256 instead of 255, or by 254 while it still
     * has a bit for that.
     */
    @Test
    void forward_meanOfMillionsOfIntegers_doesNotOverflow() {
        var dims = Dims.of(1, 1, 3000, 3000);
        var all = new float[9_000_000];
        Arrays.fill(all, 255);
        try (Engine engine = open();
                Pooling layer =
                        engine.pooling(PoolingDescriptor.globalAverage(2).withDataType(DataType.U8));
                Tensor src = Place.CHANNELS_LAST.of(DataType.U8, all, dims);
                Tensor dst = layer.forward(src)) {
            assertThat(dst.get(0, 0, 0, 0)).isBetween(254f, 255f);
        }
    }
}
