package io.github.faltung.onednn;

import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.checking.MismatchException;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All gradients of random problems of floating-point types: {@code RandomGradients SEED COUNT|FROM-TO}, against the reference, exactly, in several
 * arrangements of memory, and of real numbers within the bound. Prints each problem before it is run, so that a crash tells which it was, and the
 * failures; in the end how many runs passed on which implementation.
 */
final class RandomGradients {
    private static final List<Layout> LAYOUTS = List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST);

    private static final List<LayerTypes> SHORT = Stream.of("bf16", "bf16", "bf16:bf16:f32", "f16", "f16:f16:f32")
            .map(LayerTypes::parse)
            .toList();

    private final Random random;
    private final RandomProblems problems;
    private final Map<String, Integer> implementations;
    private int passed;
    private int failed;

    /** Makes one problem's runs, which count in {@code implementations}. */
    private RandomGradients(long seed, Map<String, Integer> implementations) {
        this.implementations = implementations;
        random = new Random(seed);
        problems = new RandomProblems(seed).wide().withoutPostOps();
    }

    public static void main(String[] args) {
        CaseRange range = CaseRange.parse(args[1]);
        var implementations = new TreeMap<String, Integer>();
        int passed = 0;
        int failed = 0;
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(engine, reference)) {
            for (int i = range.from(); i < range.to(); i++) {
                var runs = new RandomGradients(RandomProblems.seed(Long.parseLong(args[0]), i), implementations);
                ConvolutionProblem problem = runs.typed(runs.vary(runs.problems.next()));
                System.out.println(CaseRange.BEGINS + i + " " + problem);
                runs.run(problem, engine, reference);
                runs.runReal(problem, checked);
                passed += runs.passed;
                failed += runs.failed;
            }
        }
        implementations.forEach((name, count) -> System.out.println(count + " x " + name));
        System.out.println("{gradients=" + passed + "}");
        System.out.print(range.count() + " problems done, " + failed + " failed, " + NativeHandles.live() + " live\n");
    }

    /** Makes some problems larger, and the channels of some fill whole registers. */
    private ConvolutionProblem vary(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        long[] src = problem.srcDims().toArray();
        int factor = layer.groups() == 1 && random.nextInt(3) == 0 ? 16 : 1;
        if (random.nextInt(4) == 0) {
            src[0] = 1L + random.nextInt(5);
            for (int axis = 2; axis < src.length && src.length < 5; axis++) {
                src[axis] += random.nextInt(20);
            }
        }
        src[1] = factor == 1 ? src[1] : (long) factor * (1 + src[1] % 3);
        int outputs = factor == 1 ? layer.outputChannels() : factor * (1 + layer.outputChannels() % 3);
        try {
            return new ConvolutionProblem(
                    new ConvolutionDescriptor(
                            (int) src[1],
                            outputs,
                            layer.groups(),
                            random.nextInt(5) == 0 ? Collections.nCopies(layer.spatialRank(), 1) : layer.kernel(),
                            layer.strides(),
                            layer.dilation(),
                            layer.padding(),
                            layer.transposed(),
                            layer.outputPadding(),
                            layer.outputSize(),
                            layer.flipKernel(),
                            List.of()),
                    Dims.of(src));
        } catch (IllegalArgumentException e) {
            return problem;
        }
    }

    /** Gives half of them other types than f32. */
    private ConvolutionProblem typed(ConvolutionProblem problem) {
        LayerTypes types = random.nextBoolean() ? SHORT.get(random.nextInt(SHORT.size())) : LayerTypes.ALL_F32;
        return new ConvolutionProblem(problem.descriptor().withTypes(types, Quantization.NONE), problem.srcDims());
    }

    private float[] reals(Dims dims) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private void runReal(ConvolutionProblem problem, Engine checked) {
        ConvolutionDescriptor layer = problem.descriptor();
        Layout layout = LAYOUTS.get(random.nextInt(2));
        float[] x = reals(problem.srcDims());
        float[] y = reals(problem.dstDims());
        try (ConvolutionGradients gradients = checked.gradients(layer)) {
            gradients(gradients, problem, x, y, reals(layer.weightsDims()), layout, layout, 0);
            passed++;
        } catch (MismatchException e) {
            System.out.println(CaseRange.FAILED + layout + " " + e.getMessage());
            failed++;
        }
    }

    private void run(ConvolutionProblem problem, Engine engine, Engine reference) {
        ConvolutionDescriptor layer = problem.descriptor();
        float[] x = problems.integers(problem.srcDims().elements(), 3);
        float[] y = problems.integers(problem.dstDims().elements(), 3);
        float[] w = problems.integers(layer.weightsDims().elements(), 3);
        try (ConvolutionGradients right = reference.gradients(layer);
                ConvolutionGradients tried = engine.gradients(layer)) {
            float[][] expected = gradients(right, problem, x, y, w, Layout.CHANNELS_FIRST, Layout.CHANNELS_FIRST, 0);
            for (Layout src : LAYOUTS) {
                compare(expected, problem, src, src, 0, tried, x, y, w);
                compare(expected, problem, src, Layout.CHANNELS_LAST, 1, tried, x, y, w);
                implementations.merge(
                        layer.types() + " W "
                                + tried.explainBackwardWeights(problem.srcDims(), src)
                                        .implementation(),
                        1,
                        Integer::sum);
                implementations.merge(
                        layer.types() + " D "
                                + tried.explainBackwardData(problem.srcDims(), src)
                                        .implementation(),
                        1,
                        Integer::sum);
            }
        } catch (UnsupportedConvolutionException e) {
            System.out.println(CaseRange.FAILED + e.getMessage());
            failed++;
        }
    }

    private void compare(
            float[][] expected,
            ConvolutionProblem problem,
            Layout src,
            Layout dst,
            int gap,
            ConvolutionGradients tried,
            float[] x,
            float[] y,
            float[] w) {
        float[][] found = gradients(tried, problem, x, y, w, src, dst, gap);
        boolean allEqual = true;
        for (int i = 0; i < expected.length; i++) {
            if (!Arrays.equals(expected[i], found[i])) {
                int first = Arrays.mismatch(expected[i], found[i]);
                System.out.println(CaseRange.FAILED
                        + List.of("diffSrc", "diffWeights", "diffBias", "diffWeights", "f32 diffWeights")
                                .get(i) + " " + src + " "
                        + dst + " gap " + gap + " at " + first + ": " + expected[i][first] + " found "
                        + found[i][first] + " "
                        + (i == 0
                                ? tried.explainBackwardData(problem.srcDims(), src)
                                : tried.explainBackwardWeights(problem.srcDims(), src)));
                allEqual = false;
                failed++;
            }
        }
        passed += allEqual ? 1 : 0;
    }

    private static float[][] gradients(
            ConvolutionGradients gradients,
            ConvolutionProblem problem,
            float[] x,
            float[] y,
            float[] w,
            Layout srcLayout,
            Layout dstLayout,
            int gap) {
        ConvolutionDescriptor layer = problem.descriptor();
        LayerTypes types = layer.types();
        try (Tensor src = tensor(types.src(), problem.srcDims(), srcLayout, gap, x);
                Tensor diffDst = tensor(types.dst(), problem.dstDims(), dstLayout, gap, y);
                Tensor weights = tensor(types.weights(), layer.weightsDims(), Layout.CHANNELS_FIRST, gap, w);
                Tensor diffSrc = tensor(types.src(), problem.srcDims(), srcLayout, gap, null);
                Tensor diffWeights = tensor(types.weights(), layer.weightsDims(), srcLayout, gap, null);
                Tensor unrounded = tensor(DataType.F32, layer.weightsDims(), srcLayout, gap, null);
                Tensor diffBias = tensor(DataType.F32, layer.biasDims(), Layout.CHANNELS_FIRST, 0, null)) {
            gradients.backwardData(weights, diffDst, diffSrc);
            gradients.backwardWeights(src, diffDst, diffWeights, null);
            float[] withoutBias = diffWeights.toFloatArray();
            diffWeights.copyFrom(new float[withoutBias.length], Layout.CHANNELS_FIRST);
            gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
            float[] withBias = diffWeights.toFloatArray();
            gradients.backwardWeights(src, diffDst, unrounded, null);
            return new float[][] {
                diffSrc.toFloatArray(),
                Arrays.equals(withBias, withoutBias) ? withBias : withoutBias,
                diffBias.toFloatArray(),
                withBias,
                unrounded.toFloatArray()
            };
        }
    }

    private static Tensor tensor(DataType type, Dims dims, Layout layout, int gap, float @Nullable [] values) {
        Dims spread = Dims.of(Arrays.stream(dims.toArray()).map(e -> e + gap).toArray());
        Tensor tensor = Tensor.allocate(type, dims, layout.strides(spread));
        float[] held = values;
        if (held == null) {
            held = new float[(int) dims.elements()];
            Arrays.fill(held, Float.NaN);
        }
        tensor.copyFrom(held, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
