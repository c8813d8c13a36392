package io.github.faltung.convolution;

import io.github.faltung.checking.ExactFill;
import io.github.faltung.tensor.DataType;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Gives layers types, and scales and zero points if these are integers: half the scales powers of two, so that results are exact. */
final class RandomTypes {
    private static final List<LayerTypes> FLOATING = List.of(
            LayerTypes.ALL_F32,
            LayerTypes.all(DataType.BF16),
            new LayerTypes(DataType.BF16, DataType.BF16, DataType.F32),
            LayerTypes.all(DataType.F16),
            new LayerTypes(DataType.F16, DataType.F16, DataType.F32));

    private static final List<DataType> DESTINATIONS = List.of(DataType.S32, DataType.F32, DataType.U8, DataType.S8);

    private static final List<Precision> PRECISIONS = List.of(Precision.values());

    private final Random random;

    RandomTypes(Random random) {
        this.random = random;
    }

    ConvolutionDescriptor of(ConvolutionDescriptor layer) {
        if (random.nextInt(3) == 0) {
            LayerTypes types = FLOATING.get(random.nextInt(FLOATING.size()));
            return types.equals(LayerTypes.ALL_F32)
                    ? layer.withPrecision(PRECISIONS.get(random.nextInt(PRECISIONS.size())))
                    : layer.withTypes(types, Quantization.NONE);
        }
        DataType src = random.nextBoolean() ? DataType.U8 : DataType.S8;
        DataType weights = random.nextInt(4) == 0 ? DataType.U8 : DataType.S8;
        // Sums of thousands mean nothing to functions that bend or clip near 0: those need scales.
        boolean keepsIntegers = ExactFill.isExactFor(layer.postOps())
                && layer.postOps().stream()
                        .noneMatch(postOp -> postOp instanceof PostOp.Eltwise eltwise
                                && eltwise.algorithm() == PostOp.Algorithm.CLIP);
        List<DataType> destinations = keepsIntegers ? DESTINATIONS : List.of(DataType.F32, DataType.U8, DataType.S8);
        DataType dst = destinations.get(random.nextInt(destinations.size()));
        Quantization quantization = keepsIntegers && random.nextInt(4) == 0
                ? Quantization.NONE
                : quantization(layer, src, weights, dst, keepsIntegers && random.nextBoolean());
        return layer.withTypes(new LayerTypes(src, weights, dst), quantization);
    }

    private Quantization quantization(
            ConvolutionDescriptor layer, DataType src, DataType weights, DataType dst, boolean exact) {
        int channels = random.nextBoolean() ? 1 : layer.outputChannels();
        int zeroPoints = random.nextInt(4) == 0 ? layer.outputChannels() : 1;
        boolean symmetric = weights == DataType.S8 && random.nextInt(4) > 0;
        int srcZeroPoint = zeroPoint(src);
        List<Integer> weightsZeroPoints = Stream.generate(() -> symmetric ? 0 : zeroPoint(weights))
                .limit(zeroPoints)
                .toList();
        double mean = Math.abs(mean(src, srcZeroPoint)
                * weightsZeroPoints.stream()
                        .mapToDouble(zeroPoint -> mean(weights, zeroPoint))
                        .average()
                        .orElseThrow());
        double sum = sum(products(layer), mean);
        // About 1, since that is where functions bend and what most bounds in chains are.
        double unit = exact ? 1 : (dst == DataType.S32 ? 1000 : 1) / sum;
        var quantization = Quantization.NONE
                .withSrc(exact ? 0.5f : 0.5f + random.nextFloat(), srcZeroPoint)
                .withWeights(
                        Stream.generate(() -> scale(exact, unit))
                                .limit(channels)
                                .toList(),
                        weightsZeroPoints);
        if (dst != DataType.U8 && dst != DataType.S8) {
            return quantization;
        }
        float largest = Collections.max(quantization.weightsScales());
        // An exact layer's numbers are the smaller, the more of them are added up.
        double step = exact ? sum * quantization.srcScale() * largest / 256 : sum * unit / 32;
        // An output that no window reaches is 0 then, and is to be told from one that was left alone.
        boolean mayBeZero = exact && !layer.transposed();
        return quantization.withDst(
                exact ? Math.scalb(1f, Math.getExponent(step)) : (float) step,
                mayBeZero ? zeroPoint(dst) : middle(dst));
    }

    /** Returns how many products an output is the sum of; in a transposed layer each source element meets but one output in a stride. */
    private static double products(ConvolutionDescriptor layer) {
        int inputsPerGroup = layer.inputChannels() / layer.groups();
        double products = inputsPerGroup;
        for (int axis = 0; axis < layer.kernel().size(); axis++) {
            int kernel = layer.kernel().get(axis);
            int stride = layer.transposed() ? layer.strides().get(axis) : 1;
            products *= Math.max(1, (double) kernel / stride);
        }
        return products;
    }

    /** Returns the mean of all numbers of a type, less a zero point. */
    private static double mean(DataType type, int zeroPoint) {
        return (type.round(Double.NEGATIVE_INFINITY) + type.round(Double.POSITIVE_INFINITY)) / 2 - zeroPoint;
    }

    /** Returns what a sum of products is, about: they vary by half of 255 and of 127, and their mean adds up. */
    private static double sum(double products, double mean) {
        return 100 * 60 * Math.sqrt(products) + mean * products;
    }

    private float scale(boolean exact, double unit) {
        return exact ? Math.scalb(1f, -random.nextInt(5)) : (float) (unit * (0.5 + random.nextDouble()));
    }

    /** Where there is room on both sides. */
    private int middle(DataType type) {
        return (type == DataType.U8 ? 128 : 0) + random.nextInt(64) - 32;
    }

    private int zeroPoint(DataType type) {
        int least = (int) type.round(Double.NEGATIVE_INFINITY);
        int most = (int) type.round(Double.POSITIVE_INFINITY);
        return random.nextInt(4) == 0 ? 0 : least + random.nextInt(most - least + 1);
    }
}
