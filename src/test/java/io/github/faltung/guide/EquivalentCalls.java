package io.github.faltung.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.DeformableBuilder;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PoolingBuilder;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.Problem;
import io.github.faltung.image.ConvolutionOpBuilder;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Runs what stands in the tables of equivalent calls: layers beside the reference, operations on a picture. */
final class EquivalentCalls {
    private final Engine engine;
    private final Engine reference;
    private final BufferedImage photo;

    EquivalentCalls(Engine engine, Engine reference, BufferedImage photo) {
        this.engine = engine;
        this.reference = reference;
        this.photo = photo;
    }

    /** Runs a layer on a source of the size that the table says, and compares the output's size. */
    void runLayer(String place, @Nullable Object value, String sizes) {
        Object layer = built(value);
        String[] both = sizes.split("→", -1);
        assertThat(both).as(place + ": sizes must be as in 3×32×32 → 8×16×16").hasSize(2);
        Dims src = dims(both[0]);
        Dims dst = dims(both[1]);
        if (layer instanceof ConvolutionDescriptor descriptor) {
            run(place, new ConvolutionProblem(descriptor, src), dst);
        } else if (layer instanceof PoolingDescriptor descriptor) {
            run(place, new PoolingProblem(descriptor, src), dst);
        } else if (layer instanceof DeformableDescriptor descriptor) {
            run(place, new DeformableProblem(descriptor, src), dst);
        } else {
            throw new AssertionError(place + ": sizes are for layers, not for " + layer);
        }
    }

    private void run(String place, Problem problem, Dims dst) {
        assertThat(problem.dstDims()).as(place).isEqualTo(dst);
        var result = new ProblemRunner(engine, reference, RunOptions.defaults())
                .run(problem, Arrangement.of(Layout.CHANNELS_FIRST));
        assertThat(result.verdict()).as(place + ": " + result).isEqualTo(Verdict.PASSED);
    }

    private void run(String place, DeformableProblem problem, Dims dst) {
        assertThat(problem.dstDims()).as(place).isEqualTo(dst);
        try (Tensor weights = Tensor.allocate(problem.convolution().descriptor().weightsDims());
                Tensor src = Tensor.allocate(problem.srcDims());
                Tensor offsets = Tensor.allocate(problem.offsetsDims());
                Tensor mask = Tensor.allocate(problem.maskDims());
                var layer = engine.deformable(problem.descriptor(), weights, null);
                Tensor out = layer.forward(src, offsets, mask)) {
            assertThat(out.dims()).as(place).isEqualTo(dst);
        }
    }

    /** Runs two operations on a picture, and compares what the table says of the samples. */
    void runBoth(String place, @Nullable Object peer, @Nullable Object ours, String samples) {
        boolean areEqual = Arrays.equals(pixels(peer), pixels(ours));
        assertThat(samples.startsWith("equal"))
                .as(place + ": samples are equal")
                .isEqualTo(areEqual);
    }

    /** Runs an operation on a picture, if it is one. */
    void run(@Nullable Object value) {
        if (built(value) instanceof BufferedImageOp op) {
            op.filter(photo, null);
        }
    }

    private int[] pixels(@Nullable Object value) {
        BufferedImage filtered = ((BufferedImageOp) Objects.requireNonNull(built(value))).filter(photo, null);
        return filtered.getRGB(0, 0, filtered.getWidth(), filtered.getHeight(), null, 0, filtered.getWidth());
    }

    /** The tables leave out {@code build()}. */
    private static @Nullable Object built(@Nullable Object value) {
        if (value instanceof ConvolutionBuilder builder) {
            return builder.build();
        } else if (value instanceof PoolingBuilder builder) {
            return builder.build();
        } else if (value instanceof DeformableBuilder builder) {
            return builder.build();
        } else if (value instanceof ConvolutionOpBuilder builder) {
            return builder.build();
        }
        return value;
    }

    /** Reads a size without its minibatch, which is 1. */
    private static Dims dims(String text) {
        LongStream extents = Arrays.stream(text.strip().split("×", -1)).mapToLong(Long::parseLong);
        return Dims.of(LongStream.concat(LongStream.of(1), extents).toArray());
    }
}
