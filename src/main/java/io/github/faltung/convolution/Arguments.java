package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Which tensors a layer may be handed: the one check at the border, before any engine sees them. Allocates only to complain. */
final class Arguments {
    /** Dims of a source and a destination that are known to fit a layer. */
    record FittingDims(Dims src, Dims dst) {}

    private Arguments() {}

    static void checkWeights(ConvolutionDescriptor layer, Tensor weights, @Nullable Tensor bias) {
        checkType("weights", weights, layer.types().weights(), layer);
        checkDims("weights", weights, layer.weightsDims(), layer);
        if (weights.dims().elements() > Integer.MAX_VALUE - 8) {
            throw Rule.broken(
                    "weights",
                    "must have fewer than 2^31 - 8 elements",
                    weights.dims().elements(),
                    layer);
        }
        if (bias != null) {
            checkType("bias", bias, layer);
            checkDims("bias", bias, layer.biasDims(), layer);
        }
    }

    static void checkForward(ConvolutionDescriptor layer, Tensor src, Tensor dst) {
        checkForward(layer, src, dst, null);
    }

    /** The same, but for known dims. */
    static void checkForward(ConvolutionDescriptor layer, Tensor src, Tensor dst, @Nullable FittingDims known) {
        checkType("src", src, layer.types().src(), layer);
        checkType("dst", dst, layer.types().dst(), layer);
        if (known == null || !known.src().equals(src.dims()) || !known.dst().equals(dst.dims())) {
            checkForwardDims(layer, src, dst);
        }
        if (src.overlaps(dst)) {
            throw Rule.broken("dst", "must not share memory with src", dst, layer);
        }
    }

    private static void checkForwardDims(ConvolutionDescriptor layer, Tensor src, Tensor dst) {
        Dims srcDims = src.dims();
        Dims dstDims = dst.dims();
        boolean fits = srcDims.rank() == layer.spatialRank() + 2
                && srcDims.get(1) == layer.inputChannels()
                && dstDims.rank() == srcDims.rank()
                && dstDims.get(0) == srcDims.get(0)
                && dstDims.get(1) == layer.outputChannels();
        for (int axis = 0; fits && axis < layer.spatialRank(); axis++) {
            fits = dstDims.get(2 + axis) == layer.outputExtent(axis, srcDims.get(2 + axis));
        }
        if (!fits) {
            // Says what is wrong with src, if it is src, or what dst must be.
            checkDims("dst", dst, new ConvolutionProblem(layer, srcDims).dstDims(), layer);
        }
    }

    static void checkPooling(PoolingDescriptor layer, Tensor src, Tensor dst) {
        checkType("src", src, layer.dataType(), layer);
        checkType("dst", dst, layer.dataType(), layer);
        Dims srcDims = src.dims();
        Dims dstDims = dst.dims();
        boolean fits = srcDims.rank() == layer.spatialRank() + 2
                && dstDims.rank() == srcDims.rank()
                && dstDims.get(0) == srcDims.get(0)
                && dstDims.get(1) == srcDims.get(1);
        for (int axis = 0; fits && axis < layer.spatialRank(); axis++) {
            fits = dstDims.get(2 + axis) == layer.outputExtent(axis, srcDims.get(2 + axis));
        }
        if (!fits) {
            checkDims("dst", dst, new PoolingProblem(layer, srcDims).dstDims(), layer);
        }
        if (src.overlaps(dst)) {
            throw Rule.broken("dst", "must not share memory with src", dst, layer);
        }
    }

    static void checkBackwardData(ConvolutionDescriptor layer, Tensor weights, Tensor diffDst, Tensor diffSrc) {
        checkWeights(layer, weights, null);
        checkType("diffDst", diffDst, layer.types().dst(), layer);
        checkType("diffSrc", diffSrc, layer.types().src(), layer);
        checkDims("diffDst", diffDst, dstDims("diffSrc", diffSrc, layer), layer);
        checkApart("diffSrc", diffSrc, "weights", weights, layer);
        checkApart("diffSrc", diffSrc, "diffDst", diffDst, layer);
    }

    static void checkBackwardWeights(
            ConvolutionDescriptor layer, Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        checkType("src", src, layer.types().src(), layer);
        checkType("diffDst", diffDst, layer.types().dst(), layer);
        checkDiffWeightsType(diffWeights, layer);
        checkDims("diffDst", diffDst, dstDims("src", src, layer), layer);
        checkDims("diffWeights", diffWeights, layer.weightsDims(), layer);
        checkApart("diffWeights", diffWeights, "src", src, layer);
        checkApart("diffWeights", diffWeights, "diffDst", diffDst, layer);
        if (diffBias != null) {
            checkType("diffBias", diffBias, layer);
            checkDims("diffBias", diffBias, layer.biasDims(), layer);
            checkApart("diffBias", diffBias, "src", src, layer);
            checkApart("diffBias", diffBias, "diffDst", diffDst, layer);
            checkApart("diffBias", diffBias, "diffWeights", diffWeights, layer);
        }
    }

    private static void checkDiffWeightsType(Tensor diffWeights, ConvolutionDescriptor layer) {
        DataType ofLayer = layer.types().weights();
        if (diffWeights.dataType() != ofLayer && diffWeights.dataType() != DataType.F32) {
            String rule = ofLayer == DataType.F32 ? "must be f32" : "must be f32 or " + ofLayer;
            throw Rule.broken("diffWeights", rule, diffWeights.dataType(), layer);
        }
    }

    private static Dims dstDims(String name, Tensor src, ConvolutionDescriptor layer) {
        try {
            return new ConvolutionProblem(layer, src.dims()).dstDims();
        } catch (IllegalArgumentException e) {
            throw name.equals("src") ? e : new IllegalArgumentException(name + " as src: " + e.getMessage(), e);
        }
    }

    private static void checkApart(
            String name, Tensor written, String other, Tensor tensor, ConvolutionDescriptor layer) {
        if (written.overlaps(tensor)) {
            throw Rule.broken(name, "must not share memory with " + other, written, layer);
        }
    }

    private static void checkType(String name, Tensor tensor, Object layer) {
        checkType(name, tensor, DataType.F32, layer);
    }

    private static void checkType(String name, Tensor tensor, DataType wanted, Object layer) {
        if (tensor.dataType() != wanted) {
            throw Rule.broken(name, "must be " + wanted, tensor.dataType(), layer);
        }
    }

    private static void checkDims(String name, Tensor tensor, Dims wanted, Object layer) {
        if (!tensor.dims().equals(wanted)) {
            throw Rule.broken(name, "must have dims " + wanted, tensor.dims(), layer);
        }
    }
}
