package io.github.faltung.cli;

import static io.github.faltung.cli.DemoDeformation.OFFSETS;
import static io.github.faltung.cli.DemoDeformation.OFFSETS_AND_MASK;
import static io.github.faltung.cli.DemoRow.chained;
import static io.github.faltung.cli.DemoRow.first;
import static io.github.faltung.cli.DemoRow.last;
import static io.github.faltung.cli.DemoRow.picture;
import static io.github.faltung.cli.DemoRow.pooled;
import static io.github.faltung.cli.DemoSource.HALF;
import static io.github.faltung.cli.DemoSource.QUARTER;
import static io.github.faltung.cli.DemoSource.SIGNALS;
import static io.github.faltung.cli.DemoSource.VOLUME;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv3d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed3d;
import static io.github.faltung.tensor.DataType.BF16;
import static io.github.faltung.tensor.DataType.F16;
import static io.github.faltung.tensor.DataType.F32;
import static io.github.faltung.tensor.DataType.U8;
import static io.github.faltung.tensor.Layout.CHANNELS_FIRST;
import static io.github.faltung.tensor.Layout.CHANNELS_LAST;

import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import java.util.List;

/**
 * What the demo runs, one line each. Channel counts are such that the plain-Java reference takes a fraction of a second for most;
 * names are short enough for a table of 160 columns.
 */
final class DemoRows {
    private static final Padding LOPSIDED = Padding.explicit(List.of(0, 2), List.of(1, 0));

    private static final PoolingDescriptor HALVING =
            PoolingDescriptor.max2d().kernel(2).stride(2).build();
    private static final PoolingDescriptor MEANS = PoolingDescriptor.average2d()
            .kernel(3)
            .stride(2)
            .padding(1)
            .ceilMode()
            .countIncludePad()
            .build();

    /** Sums of 144 products of pixels and weights up to 127 are some 10⁵. */
    private static final Quantization TO_U8 = Quantization.NONE.withDst(1024, 0);

    private DemoRows() {}

    private static ConvolutionBuilder eightBits(DataType dst) {
        return conv2d(16, 32).kernel(3).padding(1).dataTypes(U8, DataType.S8, dst);
    }

    static List<DemoRow> all() {
        return List.of(
                picture("emboss", DemoKernel.EMBOSS),
                picture("Sobel edges", DemoKernel.SOBEL),
                picture("Gauss, separable", DemoKernel.GAUSS),
                // 1-D
                first("3 taps", SIGNALS, conv1d(16, 32).kernel(3).padding(1)),
                last("3 taps", SIGNALS, conv1d(16, 32).kernel(3).padding(1)),
                first(
                        "WaveNet, dilated by 8",
                        SIGNALS,
                        conv1d(32, 64).kernel(2).dilation(8).padding(Padding.causal())),
                last(
                        "WaveNet, dilated by 8",
                        SIGNALS,
                        conv1d(32, 64).kernel(2).dilation(8).padding(Padding.causal())),
                first("causal", SIGNALS, conv1d(16, 32).kernel(4).padding(Padding.causal())),
                first("strided", SIGNALS, conv1d(16, 32).kernel(5).stride(2).padding(2)),
                first(
                        "depthwise",
                        SIGNALS,
                        conv1d(64, 64).kernel(31).padding(15).depthwise()),
                // 2-D
                first("3x3", HALF, conv2d(16, 32).kernel(3).padding(1)),
                last("3x3", HALF, conv2d(16, 32).kernel(3).padding(1)),
                first("1x1", HALF, conv2d(32, 64)),
                last("1x1", HALF, conv2d(32, 64)),
                first("strided", HALF, conv2d(16, 32).kernel(3).stride(2).padding(1)),
                last("strided", HALF, conv2d(16, 32).kernel(3).stride(2).padding(1)),
                first("5x5 VALID", HALF, conv2d(8, 16).kernel(5)),
                first("4x4 SAME", HALF, conv2d(8, 16).kernel(4).padding(Padding.same())),
                first("FULL", QUARTER, conv2d(16, 32).kernel(3).padding(Padding.full())),
                first("asymmetric padding", HALF, conv2d(16, 16).kernel(3).padding(LOPSIDED)),
                last("asymmetric padding", HALF, conv2d(16, 16).kernel(3).padding(LOPSIDED)),
                first("dilated by 2", HALF, conv2d(16, 16).kernel(3).dilation(2).padding(2)),
                last("dilated by 2", HALF, conv2d(16, 16).kernel(3).dilation(2).padding(2)),
                first("grouped", HALF, conv2d(32, 32).kernel(3).padding(1).groups(4)),
                last("grouped", HALF, conv2d(32, 32).kernel(3).padding(1).groups(4)),
                first("depthwise", HALF, conv2d(64, 64).kernel(3).padding(1).depthwise()),
                last("depthwise", HALF, conv2d(64, 64).kernel(3).padding(1).depthwise()),
                first(
                        "depthwise, multiplier 2",
                        HALF,
                        conv2d(32, 64).kernel(3).padding(1).depthwise()),
                first(
                        "kernel flipped",
                        QUARTER,
                        conv2d(16, 16).kernel(3).padding(1).flipKernel()),
                first("deformable v1", QUARTER, conv2d(8, 16).kernel(3).padding(1))
                        .deformed(OFFSETS),
                last("deformable v1", QUARTER, conv2d(8, 16).kernel(3).padding(1))
                        .deformed(OFFSETS),
                first(
                                "deformable v2, 2 offset groups",
                                QUARTER,
                                conv2d(8, 16).kernel(3).padding(1))
                        .deformed(OFFSETS_AND_MASK),
                first("bias, ReLU", QUARTER, conv2d(32, 32).kernel(3).padding(1).postOps(PostOp.relu())),
                last("bias, GELU", QUARTER, conv2d(32, 32).kernel(3).padding(1).postOps(PostOp.gelu())),
                first(
                        "bias, sum, ReLU",
                        QUARTER,
                        conv2d(32, 32).kernel(3).padding(1).postOps(PostOp.sum(), PostOp.relu())),
                // 3-D
                first("3x3x3", VOLUME, conv3d(8, 8).kernel(3).padding(1)),
                last("3x3x3", VOLUME, conv3d(8, 8).kernel(3).padding(1)),
                first("strided", VOLUME, conv3d(8, 16).kernel(3).stride(2).padding(1)),
                // Transposed
                first("2x2 stride 2", QUARTER, transposed2d(32, 16).kernel(2).stride(2)),
                last("2x2 stride 2", QUARTER, transposed2d(32, 16).kernel(2).stride(2)),
                first(
                        "4x4 stride 2",
                        QUARTER,
                        transposed2d(16, 16).kernel(4).stride(2).padding(1)),
                last(
                        "4x4 stride 2",
                        QUARTER,
                        transposed2d(16, 16).kernel(4).stride(2).padding(1)),
                first(
                        "output padding",
                        QUARTER,
                        transposed2d(16, 16).kernel(3).stride(2).padding(1).outputPadding(1)),
                first(
                        "grouped",
                        QUARTER,
                        transposed2d(32, 32).kernel(4).stride(2).padding(1).groups(4)),
                first(
                        "dilated by 2",
                        QUARTER,
                        transposed2d(16, 16).kernel(3).stride(2).dilation(2).padding(2)),
                first("1-D", SIGNALS, transposed1d(16, 16).kernel(4).stride(2).padding(1)),
                first("3-D", VOLUME, transposed3d(8, 8).kernel(2).stride(2)),
                // Types
                first("bf16", HALF, conv2d(16, 32).kernel(3).padding(1).dataType(BF16)),
                last("bf16", HALF, conv2d(16, 32).kernel(3).padding(1).dataType(BF16)),
                last("f16", HALF, conv2d(16, 32).kernel(3).padding(1).dataType(F16)),
                last("8-bit to f32", HALF, eightBits(F32)),
                first("8-bit to 8-bit", HALF, eightBits(U8).quantization(TO_U8)),
                last("8-bit to 8-bit", HALF, eightBits(U8).quantization(TO_U8)),
                // Pooling
                pooled("max 2x2 stride 2", HALF, CHANNELS_FIRST, conv2d(32, 32), HALVING),
                pooled("max 2x2 stride 2", HALF, CHANNELS_LAST, conv2d(32, 32), HALVING),
                pooled("mean 3x3, ceil mode, padding counts", HALF, CHANNELS_FIRST, conv2d(32, 32), MEANS),
                pooled("mean 3x3, ceil mode, padding counts", HALF, CHANNELS_LAST, conv2d(32, 32), MEANS),
                pooled("global mean", HALF, CHANNELS_LAST, conv2d(32, 32), PoolingDescriptor.globalAverage(2)),
                // Chains
                chained("depthwise-separable", HALF, CHANNELS_FIRST, DemoChain.DEPTHWISE_SEPARABLE),
                chained("depthwise-separable", HALF, CHANNELS_LAST, DemoChain.DEPTHWISE_SEPARABLE),
                chained("MobileNetV2 block", QUARTER, CHANNELS_FIRST, DemoChain.MOBILENET_V2),
                chained("MobileNetV2 block", QUARTER, CHANNELS_LAST, DemoChain.MOBILENET_V2),
                chained("LeNet", QUARTER, CHANNELS_LAST, DemoChain.LENET),
                chained("U-Net", QUARTER, CHANNELS_LAST, DemoChain.UNET));
    }
}
