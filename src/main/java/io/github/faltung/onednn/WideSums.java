package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums of integers beyond 2²⁴, which f32 rounds, and so do those of oneDNN's implementations that keep a sum in f32 on its way to an s32 destination:
 * the weights are said in digits of few bits, each digit's sums stay below 2²⁴ and are computed by a layer of its own, and the layers' results, which
 * are exact, are added up as integers. Thread-safe, but for {@link #setWeights}.
 */
final class WideSums implements AutoCloseable {
    private static final int MOST_BITS = 4;

    /** Of one bit, from −1 to 0, there are no digits of positive numbers. */
    private static final int LEAST_BITS = 2;

    /** Of a weight less its zero point, whose size is at most 255, and a sign. */
    private static final int WEIGHT_BITS = 9;

    private final NativeEngine engine;
    private final ConvolutionDescriptor layer;
    private final OneDnnOptions options;

    /** Less their zero points; none where their sums are small, or beyond s32. */
    private int[] weights = {};

    private boolean isNeeded;
    private int bits;

    /** From the highest digit to the lowest; empty until they are needed. */
    private final List<OneDnnLayer> digits = new ArrayList<>();

    WideSums(NativeEngine engine, ConvolutionDescriptor layer, OneDnnOptions options, Tensor weights) {
        this.engine = engine;
        this.layer = layer;
        this.options = options;
        setWeights(weights);
    }

    /** Takes a layer's weights, which are read. Nothing may compute meanwhile. */
    void setWeights(Tensor tensor) {
        closeDigits();
        isNeeded = false;
        int[] values = tensor.toIntArray(Layout.CHANNELS_FIRST);
        for (int i = 0; i < values.length; i++) {
            values[i] -= layer.quantization().weightsZeroPoint(layer.weightOutputChannel(i));
        }
        double largest = largestSum(values);
        weights = largest >= Arithmetic.F32_EXACT && largest <= Arithmetic.S32_EXACT ? values : new int[0];
    }

    /** Returns whether sums may be too large, and an implementation was refused because it would round them. */
    synchronized boolean areNeeded() {
        return isNeeded;
    }

    /**
     * Is told that no implementation computes the sums as they are.
     *
     * @throws UnsupportedConvolutionException if there are no digits for them
     */
    synchronized void need(UnsupportedConvolutionException reason) {
        if (digits.isEmpty()) {
            if (weights.length == 0) {
                throw reason;
            }
            split(reason);
        }
        isNeeded = true;
    }

    private void split(UnsupportedConvolutionException reason) {
        for (bits = MOST_BITS; bits >= LEAST_BITS; bits /= 2) {
            List<int[]> parts = split();
            if (parts.stream().allMatch(part -> largestSum(part) < Arithmetic.F32_EXACT)) {
                try {
                    parts.forEach(part -> digits.add(0, digit(part)));
                } catch (Throwable e) {
                    closeDigits(); // some of them are not all
                    throw e;
                }
                return;
            }
        }
        throw reason;
    }

    /** Returns the digits, from the lowest to the highest, each from −2ᵇ⁻¹ to 2ᵇ⁻¹ − 1. */
    private List<int[]> split() {
        int[] left = weights.clone();
        List<int[]> parts = new ArrayList<>();
        for (int done = 0; done <= WEIGHT_BITS; done += bits) {
            var part = new int[left.length];
            for (int i = 0; i < part.length; i++) {
                int above = (left[i] + (1 << (bits - 1))) >> bits;
                part[i] = left[i] - (above << bits);
                left[i] = above;
            }
            parts.add(part);
        }
        return parts;
    }

    private double largestSum(int[] values) {
        var sizes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            sizes[i] = values[i];
        }
        return Arithmetic.largestSum(layer, WeightsRange.of(layer, sizes));
    }

    private OneDnnLayer digit(int[] part) {
        ConvolutionDescriptor one = layer.withTypes(
                new LayerTypes(layer.types().src(), DataType.S8, DataType.F32),
                Quantization.NONE.withSrc(1, layer.quantization().srcZeroPoint()));
        try (Tensor tensor = Tensor.of(part, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST)) {
            return new OneDnnLayer(engine, one, tensor, null, options);
        }
    }

    void forward(Tensor src, Tensor dst) {
        Dims dims = dst.dims();
        Layout layout = src.isDense(Layout.CHANNELS_LAST) ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
        try (Tensor part = Tensor.allocate(DataType.F32, dims, layout)) {
            var sums = new int[elements(dims)];
            for (OneDnnLayer digit : digits) {
                digit.forward(src, part);
                float[] exact = part.toFloatArray(layout);
                for (int i = 0; i < sums.length; i++) {
                    sums[i] = (sums[i] << bits) + (int) exact[i];
                }
            }
            try (Tensor result = Tensor.of(sums, DataType.S32, dims, layout)) {
                dst.copyFrom(result);
            }
        }
    }

    private int elements(Dims dims) {
        if (dims.elements() > Integer.MAX_VALUE - 8) {
            throw new UnsupportedConvolutionException(
                    "sums beyond 2^24 must be fewer than 2^31, but are " + dims.elements() + ": " + layer);
        }
        return (int) dims.elements();
    }

    /** Tells what runs. */
    Explanation explain(ConvolutionProblem problem, Layout src, String engineName) {
        var one = new ConvolutionProblem(
                layer.withTypes(new LayerTypes(layer.types().src(), DataType.S8, DataType.F32), Quantization.NONE),
                problem.srcDims());
        Explanation digit = digits.get(0).explain(one, src, src, engineName);
        var notes = new ArrayList<>(digit.notes());
        notes.add("weights in " + digits.size() + " digits of " + bits + " bits, since sums may exceed 2^24");
        return new Explanation(
                problem.toString(),
                engineName,
                digit.formulation(),
                digit.implementation(),
                digits.size() * digit.packedWeightsBytes(),
                digit.scratchpadBytes(),
                notes);
    }

    private void closeDigits() {
        digits.forEach(OneDnnLayer::close);
        digits.clear();
    }

    @Override
    public void close() {
        closeDigits();
    }
}
