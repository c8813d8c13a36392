package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a layer can compute as it is, a planned one can too, whatever its numbers. */
class PlannerTest {
    @Test
    void forward_stridesWhoseProductOverflows_runsAsItIs() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.transposed3d(1, 1).stride(1 << 16).build();
        try (Engine engine = PlanningEngine.over(new ReferenceEngine());
                Tensor weights = Tensor.of(new float[] {2}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) {
            assertThat(conv.forward(new float[] {3}, Dims.of(1, 1, 1, 1, 1))).containsExactly(6);
        }
    }

    /** What reaches only padding is not gone through: a billion columns for each of hundreds of steps. */
    @Test
    @Timeout(60)
    void explain_paddingFarWiderThanTheSource_ends() {
        ConvolutionProblem problem = ConvolutionProblem.parse("mb1ic1ih1iw9oc8kh1kw1000ph0pw1000000000");
        ConvolutionDescriptor layer = problem.descriptor();
        try (Engine engine = PlanningEngine.over(new ReferenceEngine());
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) {
            assertThat(conv.explain(problem.srcDims(), Layout.CHANNELS_FIRST).notes())
                    .anyMatch(note -> note.contains("columns as channels"));
        }
    }

    @Test
    void forward_wisdomThatCantBeWritten_runsAllTheSame(@TempDir Path folder) {
        Wisdom wisdom = Wisdom.at(folder.resolve("missing").resolve("wisdom"));
        PlanningOptions options =
                PlanningOptions.DEFAULT.withMode(PlanningOptions.Mode.MEASURE).withWisdom(wisdom);
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(1, 1).build();
        try (Engine engine = PlanningEngine.over(new ReferenceEngine(), options);
                Tensor weights = Tensor.of(new float[] {2}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) {
            assertThat(conv.forward(new float[] {3}, Dims.of(1, 1, 1, 1))).containsExactly(6);
        }
    }

    @Test
    void forward_plannedOverPlanned_isExact() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.transposed2d(1, 1).kernel(2).stride(2).build();
        try (Engine engine = PlanningEngine.over(PlanningEngine.over(new ReferenceEngine()));
                Tensor weights = Tensor.of(new float[] {1, 2, 3, 4}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) {
            assertThat(conv.forward(new float[] {5}, Dims.of(1, 1, 1, 1))).containsExactly(5, 10, 15, 20);
        }
    }

    @Test
    void ways_moreWeightsThanAnArrayHolds_isRefusedWithTheirNumber() {
        ConvolutionProblem problem = ConvolutionProblem.parse("mb1ic100000ih3oc100000kh1");
        try (PlanningEngine engine = PlanningEngine.over(new ReferenceEngine())) {
            assertThatThrownBy(() -> engine.ways(problem, Layout.CHANNELS_FIRST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weights must have fewer than 2^31 - 8 elements, but have 10000000000");
        }
    }
}
