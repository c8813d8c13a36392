package io.github.faltung.exchange;

import java.util.Arrays;
import java.util.Optional;

/** The ONNX operators that are convolutions or pooling. Source: ONNX 1.22, {@code docs/Operators.md} and {@code docs/Changelog.md}. */
public enum OnnxKind {
    CONV("Conv", 1, 2, 3, "", "auto_pad dilations group kernel_shape pads strides"),
    CONV_TRANSPOSE(
            "ConvTranspose",
            1,
            2,
            3,
            "",
            "auto_pad dilations group kernel_shape output_padding output_shape pads strides"),
    MAX_POOL("MaxPool", 1, 1, 1, "", "auto_pad ceil_mode dilations kernel_shape pads storage_order strides"),
    AVERAGE_POOL(
            "AveragePool", 1, 1, 1, "", "auto_pad ceil_mode count_include_pad dilations kernel_shape pads strides"),
    GLOBAL_MAX_POOL("GlobalMaxPool", 1, 1, 1, "", ""),
    GLOBAL_AVERAGE_POOL("GlobalAveragePool", 1, 1, 1, "", ""),
    LP_POOL("LpPool", 1, 1, 1, "Lp pooling", "auto_pad ceil_mode dilations kernel_shape p pads strides"),
    GLOBAL_LP_POOL("GlobalLpPool", 1, 1, 1, "Lp pooling", "p"),
    MAX_UNPOOL("MaxUnpool", 9, 2, 3, "unpooling", "kernel_shape pads strides"),
    DEFORM_CONV("DeformConv", 19, 3, 5, "", "dilations group kernel_shape offset_group pads strides"),
    CONV_INTEGER("ConvInteger", 10, 2, 4, "", "auto_pad dilations group kernel_shape pads strides"),
    Q_LINEAR_CONV("QLinearConv", 10, 8, 9, "", "auto_pad dilations group kernel_shape pads strides");

    /** The operator set of ONNX 1.22. A later one may change what a node means. */
    static final int NEWEST_OPSET = 27;

    private final String opType;
    private final int sinceOpset;
    private final int leastInputs;
    private final int mostInputs;
    private final String missing;
    private final String attributes;

    OnnxKind(String opType, int sinceOpset, int leastInputs, int mostInputs, String missing, String attributes) {
        this.opType = opType;
        this.sinceOpset = sinceOpset;
        this.leastInputs = leastInputs;
        this.mostInputs = mostInputs;
        this.missing = missing;
        this.attributes = attributes;
    }

    static Optional<OnnxKind> of(String opType) {
        return Arrays.stream(values())
                .filter(kind -> kind.opType.equals(opType))
                .findFirst();
    }

    /** Returns ONNX's name of the operator. */
    public String opType() {
        return opType;
    }

    /** Returns which feature must come before such nodes run; empty if they do. */
    public String missingFeature() {
        return missing;
    }

    boolean isPooling() {
        return isGlobal() || this == MAX_POOL || this == AVERAGE_POOL;
    }

    boolean isGlobal() {
        return this == GLOBAL_MAX_POOL || this == GLOBAL_AVERAGE_POOL;
    }

    /** Whether source and weights are 8-bit integers. */
    boolean isInteger() {
        return this == CONV_INTEGER || this == Q_LINEAR_CONV;
    }

    /** Returns at which place among the inputs the weights stand. */
    int weightsInput() {
        return this == Q_LINEAR_CONV ? 3 : 1;
    }

    /** Returns at which place among the inputs a bias may stand; beyond the last one if there is none. */
    int biasInput() {
        return switch (this) {
            case Q_LINEAR_CONV -> 8;
            case CONV_INTEGER -> mostInputs;
            case DEFORM_CONV -> 3;
            default -> 2;
        };
    }

    int sinceOpset() {
        return sinceOpset;
    }

    int leastInputs() {
        return leastInputs;
    }

    int mostInputs() {
        return mostInputs;
    }

    boolean hasAttribute(String name) {
        return Arrays.asList(attributes.split(" ")).contains(name);
    }
}
