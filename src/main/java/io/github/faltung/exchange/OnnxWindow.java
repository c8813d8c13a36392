package io.github.faltung.exchange;

import java.util.List;

/**
 * The attributes of an ONNX convolution or pooling node, as the model says them; a list is empty where the model is silent.
 *
 * @param autoPad how the padding is found
 * @param kernelShape the window size per spatial axis
 * @param strides per spatial axis
 * @param dilations per spatial axis; 1 is dense
 * @param pads before the first element of each spatial axis, then after the last of each
 * @param group the number of groups
 * @param outputPadding of a ConvTranspose
 * @param outputShape of a ConvTranspose, spatial or whole; the padding follows from it
 * @param ceilMode of pooling: whether a window may reach over the padding's end
 * @param countIncludePad of average pooling: whether zeros count
 * @param columnMajor of max pooling: whether its indices count so
 * @param offsetGroup of a DeformConv
 */
public record OnnxWindow(
        AutoPad autoPad,
        List<Integer> kernelShape,
        List<Integer> strides,
        List<Integer> dilations,
        List<Integer> pads,
        int group,
        List<Integer> outputPadding,
        List<Integer> outputShape,
        boolean ceilMode,
        boolean countIncludePad,
        boolean columnMajor,
        int offsetGroup) {

    /** How the padding is found. */
    public enum AutoPad {
        /** From {@code pads}. */
        NOTSET,
        /** So that the output is ⌈source / stride⌉, the odd zero after. */
        SAME_UPPER,
        /** The same, with the odd zero before. */
        SAME_LOWER,
        /** There is none. */
        VALID
    }

    /** Copies the lists. */
    public OnnxWindow {
        kernelShape = List.copyOf(kernelShape);
        strides = List.copyOf(strides);
        dilations = List.copyOf(dilations);
        pads = List.copyOf(pads);
        outputPadding = List.copyOf(outputPadding);
        outputShape = List.copyOf(outputShape);
    }
}
