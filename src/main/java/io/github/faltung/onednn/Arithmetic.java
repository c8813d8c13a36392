package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * In which types oneDNN computes a layer.
 *
 * <p>Every result is the same whichever it is: a product of two bf16 or f16 numbers is exact in f32, and so is a sum of integers that stays
 * below 2²⁴.
 */
enum Arithmetic {
    /** In those of the tensors. */
    AS_TYPED("in its own types"),
    /** In f32: source and destination are converted. For CPUs that lack the instructions, and for weights that 8 bits do not hold. */
    IN_F32("in f32"),
    /** In those of the tensors, also by reference loops. */
    AS_TYPED_HOWEVER_SLOW("in its own types by reference loops");

    /** Up to it, f32 holds every integer. */
    static final double F32_EXACT = 0x1p24;

    static final double S32_EXACT = 0x1p31 - 1;

    private final String text;

    Arithmetic(String text) {
        this.text = text;
    }

    boolean isInF32() {
        return this == IN_F32;
    }

    /** Returns the layouts to compute in, the best first: oneDNN's kernels for short types want channels last. */
    List<Layout> layouts(Layout callers) {
        return this == AS_TYPED && callers == Layout.CHANNELS_FIRST
                ? List.of(callers, Layout.CHANNELS_LAST)
                : List.of(callers);
    }

    /** Returns the same as forms; those that are not both channels first are kept. */
    List<Forms> forms(Forms callers) {
        return callers.equals(Forms.both(Form.CHANNELS_FIRST))
                ? layouts(Layout.CHANNELS_FIRST).stream()
                        .map(layout -> Forms.both(Form.of(layout)))
                        .toList()
                : List.of(callers);
    }

    /** Returns the types that oneDNN sees. Integer weights are without their zero points then, and so fit s8 or don't. */
    LayerTypes types(LayerTypes layer) {
        if (isInF32()) {
            return LayerTypes.ALL_F32;
        }
        return layer.isInteger() ? new LayerTypes(layer.src(), DataType.S8, layer.dst()) : layer;
    }

    /**
     * Returns the layer that oneDNN is told to compute. In f32, integers less their zero points are what is summed; the scale and the bias follow
     * as post-ops, so that the sum stays exact.
     */
    ConvolutionDescriptor inner(ConvolutionDescriptor layer, PackedWeights weights) {
        if (!isInF32()) {
            return layer;
        }
        var chain = new ArrayList<PostOp>();
        if (layer.types().isInteger()) {
            chain.add(new PostOp.Binary(PostOp.Operation.MUL, sumScales(layer)));
            weights.biasValues().ifPresent(values -> chain.add(new PostOp.Binary(PostOp.Operation.ADD, values)));
        }
        chain.addAll(layer.postOps());
        return layer.withTypes(LayerTypes.ALL_F32, Quantization.NONE).withPostOps(chain);
    }

    private static List<Float> sumScales(ConvolutionDescriptor layer) {
        int count = layer.quantization().weightsScales().size();
        return IntStream.range(0, count)
                .mapToObj(channel -> (float) layer.quantization().sumScale(channel))
                .toList();
    }

    /** Returns whether the bias is an argument of its own; else it is one of the post-ops. */
    boolean takesBias(ConvolutionDescriptor layer) {
        return !isInF32() || !layer.types().isInteger();
    }

    /** Returns how source and destination are converted on the way in and out. */
    Conversion conversion(ConvolutionDescriptor layer) {
        LayerTypes types = types(layer.types());
        Quantization quantization = layer.quantization();
        if (!layer.types().isInteger()) {
            return Conversion.between(types.src(), types.dst());
        }
        return isInF32()
                ? new Conversion(
                        types.src(),
                        types.dst(),
                        quantization.srcZeroPoint(),
                        quantization.dstScale(),
                        quantization.dstZeroPoint(),
                        (byte) 0)
                : new Conversion(types.src(), types.dst(), 0, 1, 0, (byte) quantization.srcZeroPoint());
    }

    /** Returns why an implementation is too slow for this, if it is. */
    Optional<String> tooSlow(String implementation) {
        return this == AS_TYPED && implementation.contains("ref") ? Optional.of("reference loops") : Optional.empty();
    }

    /**
     * Returns why an implementation may not give the sum itself, if the layer's output is that. Known to keep it as an integer, by the source of oneDNN 3.11, is
     * only brgemm, where nothing is done to it: no scale, and no compensation for a zero point or for signed sources.
     */
    Optional<String> rounds(String implementation, ConvolutionDescriptor layer, PackedWeights packed) {
        if (isInF32() || !layer.isIntegerSum(packed.bias() != null)) {
            return Optional.empty();
        }
        Quantization quantization = layer.quantization();
        boolean untouched = quantization.srcZeroPoint() == 0
                && layer.types().src() == DataType.U8
                && quantization.srcScale() == 1
                && quantization.weightsScales().stream().allMatch(scale -> scale == 1);
        return largestSum(layer, packed.range()) < F32_EXACT || (untouched && implementation.startsWith("brg"))
                ? Optional.empty()
                : Optional.of("sums beyond 2^24 may be rounded in f32");
    }

    /** Returns why a layer can't be computed so; empty if it can. */
    String obstacle(ConvolutionDescriptor layer, PackedWeights packed) {
        if (!layer.types().isInteger()) {
            return "";
        }
        WeightsRange weights = packed.range();
        double largest = largestSum(layer, weights);
        if (isInF32()) {
            return largest < F32_EXACT ? "" : "sums of its integers may exceed 2^24, so f32 would round them";
        }
        if (!weights.fitS8()) {
            return "weights less their zero points are beyond s8";
        }
        return largest <= S32_EXACT ? "" : "sums of its integers may exceed 2^31";
    }

    /** Returns how large a sum of integers may be. */
    static double largestSum(ConvolutionDescriptor layer, WeightsRange weights) {
        return weights.largestSum() * largestSource(layer);
    }

    /** Returns how far a source's integer may lie from its zero point. */
    private static double largestSource(ConvolutionDescriptor layer) {
        Quantization quantization = layer.quantization();
        DataType type = layer.types().src();
        double least = type.round(Double.NEGATIVE_INFINITY) - quantization.srcZeroPoint();
        double most = type.round(Double.POSITIVE_INFINITY) - quantization.srcZeroPoint();
        return Math.max(-least, most);
    }

    @Override
    public String toString() {
        return text;
    }
}
