package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A third formulation of convolution, which shares no line with the engines: each source element is added, times a weight, to every
 * output that it reaches. Exact as long as the sums are integers below 2⁵³. All arrays are channels first.
 */
public final class Scatter {
    private final ConvolutionDescriptor layer;
    private final Dims src;
    private final Dims dst;
    private final Dims weights;
    private final int[] before;

    private Scatter(ConvolutionProblem problem) {
        layer = problem.descriptor();
        src = problem.srcDims();
        dst = problem.dstDims();
        weights = layer.weightsDims();
        before = problem.axes().stream().mapToInt(axis -> (int) axis.paddingL()).toArray();
    }

    /**
     * Computes a layer.
     *
     * @param previous what the destination held; read if there is a sum
     */
    public static float[] forward(
            ConvolutionProblem problem, float[] src, float[] weights, float @Nullable [] bias, float[] previous) {
        double[] sums = new Scatter(problem).sums(src, weights);
        var results = new float[sums.length];
        long perChannel = problem.dstDims().elements()
                / problem.dstDims().get(0)
                / problem.dstDims().get(1);
        for (int i = 0; i < sums.length; i++) {
            double value = sums[i];
            if (bias != null) {
                value += bias[(int) (i / perChannel % bias.length)];
            }
            for (PostOp postOp : problem.descriptor().postOps()) {
                value = apply(postOp, value, previous[i], (int)
                        (i / perChannel % problem.dstDims().get(1)));
            }
            results[i] = (float) value;
        }
        return results;
    }

    private static double apply(PostOp postOp, double x, double previous, int channel) {
        if (postOp instanceof PostOp.Sum sum) {
            return x + sum.scale() * previous;
        }
        if (postOp instanceof PostOp.Prelu prelu) {
            return x < 0 ? prelu.slopes().get(channel % prelu.slopes().size()) * x : x;
        }
        if (postOp instanceof PostOp.Binary binary) {
            double operand = binary.operands().get(channel % binary.operands().size());
            return switch (binary.operation()) {
                case ADD -> x + operand;
                case MUL -> x * operand;
                case MAX -> x < operand ? operand : x;
                case MIN -> x > operand ? operand : x;
            };
        }
        var eltwise = (PostOp.Eltwise) postOp;
        return switch (eltwise.algorithm()) {
            case RELU -> x < 0 ? eltwise.alpha() * x : x;
            case CLIP -> x < eltwise.alpha() ? eltwise.alpha() : x > eltwise.beta() ? eltwise.beta() : x;
            default -> throw new AssertionError("not exact: " + postOp);
        };
    }

    /** Counts, for each output element, the products that it is the sum of. */
    public static long[] products(ConvolutionProblem problem) {
        var ones = new float[Math.toIntExact(problem.srcDims().elements())];
        var oneWeights =
                new float[Math.toIntExact(problem.descriptor().weightsDims().elements())];
        Arrays.fill(ones, 1);
        Arrays.fill(oneWeights, 1);
        double[] sums = new Scatter(problem).sums(ones, oneWeights);
        long[] counts = new long[sums.length];
        for (int i = 0; i < sums.length; i++) {
            counts[i] = (long) sums[i];
        }
        return counts;
    }

    private double[] sums(float[] x, float[] w) {
        var y = new double[Math.toIntExact(dst.elements())];
        long outputsPerGroup = dst.get(1) / layer.groups();
        long inputsPerGroup = src.get(1) / layer.groups();
        long taps = weights.elements() / weights.get(0) / weights.get(1);
        for (int i = 0; i < x.length; i++) {
            long[] from = indices(src, i);
            long group = from[1] / inputsPerGroup;
            for (int t = 0; t < taps; t++) {
                long[] to = reached(from, t);
                if (to == null) {
                    continue;
                }
                for (long o = 0; o < outputsPerGroup; o++) {
                    to[1] = group * outputsPerGroup + o;
                    long slow = layer.transposed() ? from[1] : to[1];
                    long fast = layer.transposed() ? o : from[1] % inputsPerGroup;
                    y[(int) position(dst, to)] += (double) x[i] * w[(int) ((slow * weights.get(1) + fast) * taps + t)];
                }
            }
        }
        return y;
    }

    /** Returns the indices of the output that a source element reaches through a tap, or null. */
    private long @Nullable [] reached(long[] from, int tap) {
        long[] to = from.clone();
        long rest = tap;
        for (int axis = layer.spatialRank() - 1; axis >= 0; axis--) {
            int kernel = layer.kernel().get(axis);
            long k = rest % kernel;
            rest /= kernel;
            long shift =
                    (layer.flipKernel() ? kernel - 1 - k : k) * layer.dilation().get(axis);
            int stride = layer.strides().get(axis);
            if (layer.transposed()) {
                to[2 + axis] = from[2 + axis] * stride + shift - before[axis];
            } else {
                long start = from[2 + axis] + before[axis] - shift;
                if (Math.floorMod(start, (long) stride) != 0) {
                    return null;
                }
                to[2 + axis] = Math.floorDiv(start, (long) stride);
            }
            if (to[2 + axis] < 0 || to[2 + axis] >= dst.get(2 + axis)) {
                return null;
            }
        }
        return to;
    }

    private static long[] indices(Dims dims, long position) {
        long[] indices = new long[dims.rank()];
        for (int axis = dims.rank() - 1; axis >= 0; axis--) {
            indices[axis] = position % dims.get(axis);
            position /= dims.get(axis);
        }
        return indices;
    }

    private static long position(Dims dims, long[] indices) {
        long position = 0;
        for (int axis = 0; axis < dims.rank(); axis++) {
            position = position * dims.get(axis) + indices[axis];
        }
        return position;
    }
}
