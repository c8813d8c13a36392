package io.github.faltung.convolution;

import java.util.List;
import java.util.stream.Collectors;

/** Prints layers and problems in benchdnn's grammar, which {@link ProblemParser} reads. */
final class LayerText {
    private static final String AXES = "dhw";

    private LayerText() {}

    /** A layer that is not yet known to be one, printed only where a message quotes it. */
    record Unchecked(
            boolean transposed,
            int groups,
            int inputChannels,
            int outputChannels,
            List<Integer> kernel,
            List<Integer> strides,
            List<Integer> dilation,
            Padding padding) {
        @Override
        public String toString() {
            return (transposed ? "deconv " : "conv ") + (groups == 1 ? "" : "g" + groups) + "ic" + inputChannels + "oc"
                    + outputChannels + window(kernel, strides, dilation) + " padding " + padding;
        }
    }

    static String of(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        List<AxisGeometry> axes = problem.axes();
        return (layer.transposed() ? "deconv " : "conv ") + (layer.groups() == 1 ? "" : "g" + layer.groups()) + "mb"
                + problem.srcDims().get(0) + "ic" + layer.inputChannels()
                + perAxis("i", axes.stream().map(AxisGeometry::src).toList())
                + "oc" + layer.outputChannels()
                + perAxis("o", axes.stream().map(AxisGeometry::dst).toList())
                + window(layer.kernel(), layer.strides(), layer.dilation())
                + perAxis("p", axes.stream().map(AxisGeometry::paddingL).toList())
                + options(layer);
    }

    /** What benchdnn says before the problem and we say after it. */
    static String options(ConvolutionDescriptor layer) {
        String chain = layer.postOps().stream().map(PostOp::toString).collect(Collectors.joining("+"));
        boolean f32 = layer.types().isAllF32();
        return (f32 ? "" : " --dt=" + layer.types())
                + layer.quantization().options()
                + (layer.precision() == Precision.STRICT ? "" : " --attr-fpmath=" + layer.precision())
                + (chain.isEmpty() ? "" : " --attr-post-ops=" + chain)
                + (layer.flipKernel() ? " --flip-kernel" : "");
    }

    static String window(List<Integer> kernel, List<Integer> strides, List<Integer> dilation) {
        boolean strided = strides.stream().anyMatch(stride -> stride != 1);
        boolean dilated = dilation.stream().anyMatch(step -> step != 1);
        return perAxis("k", kernel)
                + (strided ? perAxis("s", strides) : "")
                + (dilated
                        ? perAxis("d", dilation.stream().map(step -> step - 1).toList())
                        : "");
    }

    static String perAxis(String letter, List<? extends Number> values) {
        if (values.isEmpty() || values.size() > AXES.length()) {
            return letter + values;
        }
        var text = new StringBuilder();
        for (int axis = 0; axis < values.size(); axis++) {
            text.append(letter)
                    .append(AXES.charAt(AXES.length() - values.size() + axis))
                    .append(values.get(axis));
        }
        return text.toString();
    }
}
