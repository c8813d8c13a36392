package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What the integers of a layer with 8-bit source and weights stand for: an integer q of scale s and zero point z is the real number
 * {@code s·(q − z)}. A layer computes
 *
 * <pre>
 * r = src.scale · weights.scale[o] · Σ (x − src.zeroPoint)·(w − weights.zeroPoint[o]) + bias[o]
 * r = postOps(r)
 * y = saturate(round(r / dst.scale + dst.zeroPoint))
 * </pre>
 *
 * <p>with the sum exact, rounding to nearest, ties to even; padding stands for the real number 0. That is ONNX's QLinearConv, except that this one adds the
 * zero point before it rounds, as oneDNN does: they can differ by one step where {@code r / dst.scale} lies half-way between integers
 * and the zero point is odd. Where a destination of s32 holds more than the sum, that is after a scale, a bias or post-ops, it may end at 2³¹ − 128, the
 * largest f32 that it holds. A {@link PostOp.Sum} adds the real number that the destination's integer stands for.
 *
 * @param srcScale finite and positive, as is its product with each of the weights' scales, in f32
 * @param srcZeroPoint in the range of the source's type
 * @param weightsScales one for all or one per output channel; finite and positive
 * @param weightsZeroPoints one for all or one per output channel; in the range of the weights' type
 * @param dstScale finite and positive, as is its reciprocal, in f32; 1 if the destination is s32 or f32
 * @param dstZeroPoint in the range of the destination's type; 0 if that is s32 or f32
 */
public record Quantization(
        float srcScale,
        int srcZeroPoint,
        List<Float> weightsScales,
        List<Integer> weightsZeroPoints,
        float dstScale,
        int dstZeroPoint)
        implements Serializable {

    /** Integers stand for themselves. */
    public static final Quantization NONE = new Quantization(1, 0, List.of(1f), List.of(0), 1, 0);

    /** Copies the lists. The layer that gets this checks it. */
    public Quantization {
        weightsScales = List.copyOf(weightsScales);
        weightsZeroPoints = List.copyOf(weightsZeroPoints);
    }

    /** Returns the same with another meaning of the source's integers. */
    public Quantization withSrc(float scale, int zeroPoint) {
        return new Quantization(scale, zeroPoint, weightsScales, weightsZeroPoints, dstScale, dstZeroPoint);
    }

    /** Returns the same with another meaning of the weights' integers: symmetric about 0, one scale for all or one per output channel. */
    public Quantization withWeights(List<Float> scales) {
        return withWeights(scales, List.of(0));
    }

    /** Returns the same with another meaning of the weights' integers; each list has one value for all or one per output channel. */
    public Quantization withWeights(List<Float> scales, List<Integer> zeroPoints) {
        return new Quantization(srcScale, srcZeroPoint, scales, zeroPoints, dstScale, dstZeroPoint);
    }

    /** Returns the same with another meaning of the destination's integers. */
    public Quantization withDst(float scale, int zeroPoint) {
        return new Quantization(srcScale, srcZeroPoint, weightsScales, weightsZeroPoints, scale, zeroPoint);
    }

    /** Returns what one unit of an exact sum stands for: {@code src.scale · weights.scale}, which double precision holds exactly. */
    public double sumScale(int outputChannel) {
        return (double) srcScale * perChannel(weightsScales, outputChannel);
    }

    /** Returns the weights' zero point of an output channel. */
    public int weightsZeroPoint(int outputChannel) {
        return perChannel(weightsZeroPoints, outputChannel);
    }

    private static <T> T perChannel(List<T> values, int channel) {
        return values.get(values.size() == 1 ? 0 : channel);
    }

    /** Returns {@code real / dst.scale + dst.zeroPoint}, not rounded yet. */
    public double inDstUnits(double real) {
        double scaled = real / dstScale;
        return dstZeroPoint == 0 ? scaled : scaled + dstZeroPoint; // −0 stays what it is
    }

    /** Returns the real number that an integer of the destination stands for. */
    public double ofDstUnits(double integer) {
        return dstScale * (integer - dstZeroPoint);
    }

    /** Checks every rule about this and the layer that it is for. */
    void check(LayerTypes types, int outputChannels, Object layer) {
        if (!types.isInteger()) {
            // Not equals(NONE), which has to be linked first; most are the same object.
            if (!Objects.equals(this, NONE)) {
                throw Rule.broken("quantization", "is for layers of 8-bit integers, not of " + types, this, layer);
            }
            return;
        }
        requireScale("srcScale", srcScale, layer);
        requireZeroPoint("srcZeroPoint", srcZeroPoint, types.src(), layer);
        requireCount("weightsScales", weightsScales, outputChannels, layer);
        weightsScales.forEach(scale -> {
            requireScale("weightsScales", scale, layer);
            requireFloat("srcScale · weightsScales", (double) srcScale * scale, layer);
        });
        requireCount("weightsZeroPoints", weightsZeroPoints, outputChannels, layer);
        weightsZeroPoints.forEach(zero -> requireZeroPoint("weightsZeroPoints", zero, types.weights(), layer));
        requireScale("dstScale", dstScale, layer);
        requireFloat("1 / dstScale", 1.0 / dstScale, layer);
        boolean scalesDst = types.dst() == DataType.U8 || types.dst() == DataType.S8;
        if (scalesDst) {
            requireZeroPoint("dstZeroPoint", dstZeroPoint, types.dst(), layer);
        } else if (dstScale != 1 || dstZeroPoint != 0) {
            throw Rule.broken(
                    "dstScale and dstZeroPoint",
                    "must be 1 and 0 for a destination of " + types.dst(),
                    dstScale + " and " + dstZeroPoint,
                    layer);
        }
    }

    private static void requireScale(String field, float scale, Object layer) {
        if (!(scale > 0) || scale == Float.POSITIVE_INFINITY) {
            throw Rule.broken(field, "must be finite and positive", scale, layer);
        }
    }

    /** Who multiplies by it has it as an f32, in which it must be neither 0 nor infinite. */
    private static void requireFloat(String field, double value, Object layer) {
        if ((float) value == 0 || Float.isInfinite((float) value)) {
            throw Rule.broken(field, "must be in the range of f32", value, layer);
        }
    }

    private static void requireZeroPoint(String field, int zeroPoint, DataType type, Object layer) {
        if (type.round(zeroPoint) != zeroPoint) {
            throw Rule.broken(field, "must be in the range of " + type, zeroPoint, layer);
        }
    }

    private static void requireCount(String field, List<?> values, int outputChannels, Object layer) {
        if (values.size() != 1 && values.size() != outputChannels) {
            throw Rule.broken(
                    field,
                    "must have 1 value, or one for each of the " + outputChannels + " output channels",
                    values.size(),
                    layer);
        }
    }

    /** Returns the options of a problem line that say this, each with a space in front; empty for {@link #NONE}. */
    String options() {
        return option("--attr-scales=", "1.0", String.valueOf(srcScale), join(weightsScales), String.valueOf(dstScale))
                + option(
                        "--attr-zero-points=",
                        "0",
                        String.valueOf(srcZeroPoint),
                        join(weightsZeroPoints),
                        String.valueOf(dstZeroPoint));
    }

    private static String option(String name, String absent, String src, String weights, String dst) {
        String text = argument("src", absent, src) + argument("wei", absent, weights) + argument("dst", absent, dst);
        return text.isEmpty() ? "" : " " + name + text.substring(1);
    }

    private static String argument(String name, String absent, String value) {
        if (value.equals(absent)) {
            return "";
        }
        return "+" + name + (value.contains("*") ? ":per_oc:" : ":common:") + value;
    }

    private static String join(List<? extends Number> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining("*"));
    }
}
