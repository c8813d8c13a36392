package io.github.faltung.convolution;

import java.util.List;
import java.util.stream.Collectors;

/** Prints pooling layers and problems in the manner of benchdnn's {@code pool} driver, with the kind in front; {@link PoolingLine} reads them. */
final class PoolingText {
    private PoolingText() {}

    static String of(
            PoolingDescriptor.Kind kind,
            List<Integer> kernel,
            List<Integer> strides,
            List<Integer> dilation,
            String padding,
            boolean ceilMode,
            boolean countIncludePad) {
        return "pool " + kind + " " + LayerText.window(kernel, strides, dilation) + " padding " + padding
                + options(ceilMode, countIncludePad);
    }

    static String of(PoolingProblem problem) {
        PoolingDescriptor layer = problem.descriptor();
        List<PoolingAxis> axes = problem.axes();
        return "pool " + layer.kind() + " mb" + problem.srcDims().get(0) + "ic"
                + problem.srcDims().get(1)
                + LayerText.perAxis("i", axes.stream().map(PoolingAxis::src).toList())
                + LayerText.perAxis("o", axes.stream().map(PoolingAxis::dst).toList())
                + LayerText.window(axes.stream().map(PoolingAxis::kernel).toList(), layer.strides(), layer.dilation())
                + LayerText.perAxis(
                        "p", axes.stream().map(PoolingAxis::paddingL).toList())
                + options(layer.ceilMode(), layer.countIncludePad())
                + (layer.ceilMode() ? paddingEnd(axes) : "");
    }

    /** In ceil mode the output's extents don't tell the padding after the source. */
    private static String paddingEnd(List<PoolingAxis> axes) {
        boolean same = axes.stream().allMatch(axis -> axis.paddingL() == axis.paddingR());
        return same
                ? ""
                : axes.stream()
                        .map(axis -> String.valueOf(axis.paddingR()))
                        .collect(Collectors.joining("x", " --padding-end=", ""));
    }

    private static String options(boolean ceilMode, boolean countIncludePad) {
        return (ceilMode ? " --ceil-mode" : "") + (countIncludePad ? " --count-include-pad" : "");
    }
}
