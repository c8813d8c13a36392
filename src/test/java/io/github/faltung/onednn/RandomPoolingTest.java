package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.checking.CheckOptions;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.checking.MismatchException;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Place;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.RandomPoolings;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random pooling problems of all types against the reference, in every arrangement of memory, at each instruction set: maxima exact, means within the
 * bound. In a JVM of its own, since a defect of oneDNN that nobody knows yet may crash it.
 */
@Tag("native")
@Tag("levels")
class RandomPoolingTest {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    private static final long SEED = Long.getLong("faltung.seed", 2026);

    /** Set {@code -Dfaltung.problems} to try more. */
    private static final int PROBLEMS = Integer.getInteger("faltung.problems", 100);

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void forward_randomProblems_isRight(String isa) {
        InstructionSets.assumeSmallerThanDefault(isa);
        var outcome = ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(Runs.class, Long.toString(SEED), Integer.toString(PROBLEMS));

        assertThat(outcome.output()).as("seed " + SEED).endsWith(PROBLEMS + " problems done, 0 failed\n");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Runs problems; prints each before it is run, so that a crash tells which it was, and the failures. */
    static final class Runs {
        private static final Place[][] PLACES = {
            {Place.CHANNELS_FIRST, Place.CHANNELS_FIRST},
            {Place.CHANNELS_LAST, Place.CHANNELS_LAST},
            {Place.CHANNELS_FIRST, Place.CHANNELS_LAST},
            {Place.PITCHED, Place.PITCHED}
        };

        private Runs() {}

        public static void main(String[] args) {
            long seed = Long.parseLong(args[0]);
            int failed = 0;
            try (Engine engine = OneDnnEngine.open();
                    Engine reference = new ReferenceEngine();
                    Engine checked = CheckedEngine.of(
                            engine, reference, CheckOptions.defaults().withOutputs(Integer.MAX_VALUE))) {
                var problems = new RandomPoolings(seed).typed();
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    PoolingProblem problem = problems.next();
                    System.out.println(problem);
                    failed += failures(checked, problem, seed + i);
                }
            }
            System.out.print(args[1] + " problems done, " + failed + " failed\n");
        }

        private static int failures(Engine checked, PoolingProblem problem, long seed) {
            int failed = 0;
            try (Pooling layer = checked.pooling(problem.descriptor())) {
                for (Place[] places : PLACES) {
                    DataType type = problem.descriptor().dataType();
                    try (Tensor src = places[0].of(type, reals(type, problem.srcDims(), seed), problem.srcDims());
                            Tensor dst = places[1].of(type, reals(type, problem.dstDims(), seed), problem.dstDims())) {
                        layer.forward(src, dst);
                    } catch (MismatchException e) {
                        System.out.println("FAILED " + e.getMessage());
                        failed++;
                    }
                }
            }
            return failed;
        }

        /** From −1 to 1, or the whole range of an integer type. */
        private static float[] reals(DataType type, Dims dims, long seed) {
            float range = type.isFloating() ? 1 : 128;
            float middle = type == DataType.U8 ? 128 : 0;

            var random = new Random(seed);
            var values = new float[Math.toIntExact(dims.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (random.nextFloat() * 2 - 1) * range + middle;
            }
            return values;
        }
    }
}
