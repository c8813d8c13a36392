package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.integer;
import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.string;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Random ONNX models of one node with the source that goes with it; the other operands are initialisers. */
public final class RandomNodes {
    /** The operators drawn; those of integers twice. */
    private static final List<String> OPERATORS = List.of(
            "Conv",
            "ConvTranspose",
            "ConvInteger",
            "ConvInteger",
            "QLinearConv",
            "QLinearConv",
            "DeformConv",
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "GlobalMaxPool");

    private static final int LARGEST_EXTENT = 4;

    private final SplittableRandom random;
    private final NodeProto.Builder node;
    private final ModelProto.Builder model;
    private final int axes;
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final int groups;
    private final int inputs;
    private final int outputs;
    private TensorProto.Builder src = TensorProto.newBuilder();

    private RandomNodes(String operator, SplittableRandom random) {
        this.random = random;
        this.axes = operator.equals("DeformConv") ? 2 : random.nextInt(1, 4);
        this.kernel = draw(1, axes == 3 ? LARGEST_EXTENT : LARGEST_EXTENT + 1);
        this.strides = draw(1, 4);
        this.dilations = draw(1, 3);
        this.groups = random.nextInt(3) == 0 ? random.nextInt(2, 4) : 1;
        this.inputs = groups * random.nextInt(1, 6);
        this.outputs = groups * random.nextInt(1, 6);
        this.node = NodeProto.newBuilder().setOpType(operator).addOutput("y");
        this.model = OnnxModels.model();
    }

    /** A model and its source. */
    public record Drawn(ModelProto model, TensorProto src) {}

    /** Draws one. */
    public static Drawn draw(SplittableRandom random) {
        return new RandomNodes(OPERATORS.get(random.nextInt(OPERATORS.size())), random).drawn();
    }

    private Drawn drawn() {
        switch (node.getOpType()) {
            case "Conv", "DeformConv" -> convolution();
            case "ConvTranspose" -> transposed();
            case "ConvInteger" -> integers();
            case "QLinearConv" -> quantized();
            default -> pooling();
        }
        model.getGraphBuilder().clearInput().clearOutput().addNode(node);
        model.getGraphBuilder().addInput(OnnxModels.value(src));
        model.getGraphBuilder().addOutput(OnnxModels.value("y", yType()));
        return new Drawn(model.build(), src.build());
    }

    private int yType() {
        return switch (node.getOpType()) {
            case "ConvInteger" -> DataType.INT32_VALUE;
            case "QLinearConv" ->
                model.getGraph().getInitializerList().stream()
                        .filter(tensor -> tensor.getName().equals("y_zero_point"))
                        .findFirst()
                        .orElseThrow()
                        .getDataType();
            default -> DataType.FLOAT_VALUE;
        };
    }

    private int[] draw(int least, int beyond) {
        return random.ints(axes, least, beyond).toArray();
    }

    private int extent(int axis) {
        return (kernel[axis] - 1) * dilations[axis] + 1;
    }

    /** Extents from that of the window on, so that there is an output without padding too. */
    private long[] srcDims(int channels, IntUnaryOperator least) {
        var dims = new long[axes + 2];
        dims[0] = random.nextInt(1, 3);
        dims[1] = channels;
        for (int axis = 0; axis < axes; axis++) {
            dims[axis + 2] = (long) least.applyAsInt(axis) + random.nextInt(axes == 1 ? 20 : 7);
        }
        return dims;
    }

    private long[] weightsDims(int slow, int fast) {
        var dims = new long[axes + 2];
        dims[0] = slow;
        dims[1] = fast;
        Arrays.setAll(dims, i -> i < 2 ? dims[i] : kernel[i - 2]);
        return dims;
    }

    /**
     * ONNX Runtime has no SAME padding of dilated windows, and where a stride is larger than the window it has a negative one, which ONNX
     * does not: its shape inference takes 0 (ONNX 1.22, {@code onnx/defs/nn/defs.cc}, convPoolShapeInference), and so do we.
     */
    private void window(boolean mayBeAutomatic) {
        node.addAttribute(ints("kernel_shape", longs(kernel))).addAttribute(ints("strides", longs(strides)));
        String automatic = List.of("VALID", "SAME_UPPER", "SAME_LOWER").get(random.nextInt(3));
        boolean maySame = IntStream.range(0, axes).allMatch(axis -> strides[axis] <= kernel[axis]);
        boolean isAutomatic = mayBeAutomatic && random.nextInt(4) == 0 && (maySame || automatic.equals("VALID"));
        if (!isAutomatic || automatic.equals("VALID")) {
            node.addAttribute(ints("dilations", longs(dilations)));
        }
        node.addAttribute(isAutomatic ? string("auto_pad", automatic) : ints("pads", pads()));
    }

    /** Less than the window on each side. */
    private long[] pads() {
        var pads = new long[2 * axes];
        Arrays.setAll(pads, i -> random.nextInt(kernel[i % axes]));
        return pads;
    }

    private static long[] longs(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    private void convolution() {
        node.addAttribute(integer("group", groups)).addInput("x").addInput("w");
        boolean deforms = node.getOpType().equals("DeformConv");
        window(!deforms);
        src = reals("x", srcDims(inputs, this::extent));
        add(reals("w", weightsDims(outputs, inputs / groups)));
        if (deforms) {
            deform();
        } else if (random.nextBoolean()) {
            node.addInput("b");
            add(reals("b", outputs));
        }
    }

    private void deform() {
        long[] pads = attribute("pads");
        var dst = new long[axes];
        Arrays.setAll(
                dst,
                axis -> (src.getDims(axis + 2) + pads[axis] + pads[axes + axis] - extent(axis)) / strides[axis] + 1);
        int offsetGroups = inputs % 2 == 0 && random.nextBoolean() ? 2 : 1;
        int taps = kernel[0] * kernel[1] * offsetGroups;
        node.addAttribute(integer("offset_group", offsetGroups))
                .addInput("offset")
                .addInput("b")
                .addInput("mask");
        add(reals("offset", src.getDims(0), 2L * taps, dst[0], dst[1]));
        add(reals("b", outputs));
        add(reals("mask", src.getDims(0), taps, dst[0], dst[1]));
    }

    private long[] attribute(String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .flatMap(attribute -> attribute.getIntsList().stream())
                .mapToLong(Long::longValue)
                .toArray();
    }

    private void transposed() {
        var more = new long[axes];
        Arrays.setAll(more, axis -> random.nextInt(strides[axis])); // ONNX Runtime refuses what only dilation allows
        node.addAttribute(integer("group", groups))
                .addAttribute(ints("output_padding", more))
                .addInput("x")
                .addInput("w");
        window(false);
        src = reals("x", srcDims(inputs, axis -> 2 * LARGEST_EXTENT / strides[axis]));
        add(reals("w", weightsDims(inputs, outputs / groups)));
        if (random.nextBoolean()) {
            node.addInput("b");
            add(reals("b", outputs));
        }
    }

    private void pooling() {
        node.addInput("x");
        if (!node.getOpType().startsWith("Global")) {
            window(true);
            node.addAttribute(integer("ceil_mode", random.nextInt(2)));
            if (node.getOpType().equals("AveragePool")) {
                node.addAttribute(integer("count_include_pad", random.nextInt(2)));
            }
        }
        src = reals("x", srcDims(inputs, this::extent));
    }

    private void integers() {
        int weights = anyType();
        node.addAttribute(integer("group", groups)).addInput("x").addInput("w");
        window(true);
        src = OnnxModels.integers("x", DataType.UINT8_VALUE, random, srcDims(inputs, this::extent));
        add(OnnxModels.integers("w", weights, random, weightsDims(outputs, inputs / groups)));
        if (random.nextInt(4) > 0) {
            node.addInput("x_zero_point").addInput("w_zero_point");
            add(OnnxModels.integers("x_zero_point", DataType.UINT8_VALUE, random));
            add(OnnxModels.integers("w_zero_point", weights, random));
        }
    }

    /**
     * Half of the scales are powers of two, so that many numbers lie half-way between two integers. The sums' usual size is a few
     * dozens of the destination's steps.
     */
    private void quantized() {
        int x = anyType();
        int w = x == DataType.INT8_VALUE ? DataType.INT8_VALUE : anyType();
        boolean powers = random.nextBoolean();
        double xScale = scale(powers);
        double wScale = scale(powers);
        double products = (double) inputs / groups * Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
        double sums = xScale * wScale * Math.sqrt(products) * (1 << random.nextInt(powers ? 2 : 6, 10));
        double yScale = powers ? Math.scalb(1.0, Math.getExponent(sums)) : sums;
        node.addAttribute(integer("group", groups))
                .addAllInput(List.of("x", "x_scale", "x_zero_point", "w", "w_scale", "w_zero_point", "y_scale"))
                .addInput("y_zero_point");
        window(true);
        src = OnnxModels.integers("x", x, random, srcDims(inputs, this::extent));
        add(number("x_scale", xScale));
        add(OnnxModels.integers("x_zero_point", x, random));
        add(weights(w));
        boolean perChannel = random.nextBoolean();
        var scales = OnnxModels.empty("w_scale", perChannel ? new long[] {outputs} : new long[0]);
        for (int i = 0; i < (perChannel ? outputs : 1); i++) {
            scales.addFloatData((float) (perChannel ? wScale * (1 << random.nextInt(3)) : wScale));
        }
        add(scales);
        add(OnnxModels.integers("w_zero_point", w, random));
        add(number("y_scale", yScale));
        add(OnnxModels.integers("y_zero_point", x, random));
        if (random.nextBoolean()) {
            node.addInput("b");
            var bias = OnnxModels.empty("b", outputs).setDataType(DataType.INT32_VALUE);
            random.ints(outputs, -5000, 5000).forEach(bias::addInt32Data);
            add(bias);
        }
    }

    private double scale(boolean power) {
        return power ? Math.scalb(1.0, random.nextInt(-8, 2)) : random.nextDouble(0.001, 1);
    }

    /**
     * Signed weights have 7 bits: on x86 without VNNI ONNX Runtime's QLinearConv adds two products u8 × s8 in 16 bits, and saturates (its documentation, "Quantize ONNX
     * models", has {@code reduce_range} for that). 2 × 255 × 64 fits. Its ConvInteger was exact there.
     */
    private TensorProto.Builder weights(int type) {
        long[] dims = weightsDims(outputs, inputs / groups);
        return type == DataType.INT8_VALUE
                ? OnnxModels.sevenBits("w", random, dims)
                : OnnxModels.integers("w", type, random, dims);
    }

    private int anyType() {
        return random.nextBoolean() ? DataType.UINT8_VALUE : DataType.INT8_VALUE;
    }

    private static TensorProto.Builder number(String name, double value) {
        return OnnxModels.empty(name).addFloatData((float) value);
    }

    private TensorProto.Builder reals(String name, long... dims) {
        return OnnxModels.reals(name, random, dims);
    }

    private void add(TensorProto.Builder initialiser) {
        OnnxModels.with(model, initialiser);
    }
}
