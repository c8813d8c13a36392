package io.github.faltung.convolution;

import java.util.List;

/** Prints pooling layers and problems in the manner of benchdnn's {@code pool} driver, with its {@code --alg} in front. */
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
                + options(layer.ceilMode(), layer.countIncludePad());
    }

    private static String options(boolean ceilMode, boolean countIncludePad) {
        return (ceilMode ? " --ceil-mode" : "") + (countIncludePad ? " --count-include-pad" : "");
    }
}
