package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.DataType;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;

/**
 * An implementation that oneDNN offers for a problem, with what a {@link KnownDefect} asks about it.
 *
 * @param implementation oneDNN's name, such as {@code jit_uni_ncsp:conv+brg_conv_fwd:avx512_core}
 * @param types in which it computes
 * @param forms of source and destination
 * @param largestWeight of an integer layer the largest |w|; else 0
 * @param hasBias whether the layer has one
 * @param scratchpadBytes what the implementation asks for
 */
record Candidate(
        String implementation,
        ForwardShape shape,
        ConvolutionDescriptor layer,
        LayerTypes types,
        Forms forms,
        double largestWeight,
        boolean hasBias,
        long scratchpadBytes) {

    /** 255·64·2 is less than 2¹⁵. */
    private static final int LARGEST_UNSATURATED = 64;

    private static final Set<Integer> WITHOUT_VNNI = Set.of(
            dnnl.dnnl_cpu_isa_sse41, dnnl.dnnl_cpu_isa_avx, dnnl.dnnl_cpu_isa_avx2, dnnl.dnnl_cpu_isa_avx512_core);

    /** Kernels that oneDNN takes also where VNNI is in effect. */
    private static final Set<String> KERNELS_WITHOUT_VNNI = Set.of(":sse41", ":avx", ":avx2", ":avx512_core");

    boolean isBrgemm() {
        // The aarch64 port has the same lines; its defects are assumed, not seen.
        return implementation.contains("brg_conv_fwd") || implementation.contains("brgconv:sve");
    }

    /** Whether it is oneDNN's kernel for AVX2 though AVX-512 is in effect. */
    boolean isBelowInstructionSet() {
        return implementation.contains("brg")
                && implementation.contains(":avx2")
                && !implementation.startsWith("conv:any")
                && Machine.hasWideVectors();
    }

    boolean isIntegerGemm() {
        return types.isInteger() && implementation.contains(":gemm_");
    }

    /** Whether it is one of oneDNN's own 8-bit deconvolutions, rather than one that runs a convolution's. */
    boolean isIntegerDeconvolution() {
        return shape.transposed()
                && types.isInteger()
                && (implementation.startsWith("jit_deconvolution") || implementation.startsWith("jit_uni_int8"));
    }

    boolean isBrgemm512() {
        return implementation.contains("brg_conv_fwd:avx512_core");
    }

    /** Whether something is done to the sums, if only that they are converted. */
    boolean finishes() {
        return hasBias || !layer.postOps().isEmpty() || !types.isAllF32();
    }

    long outputsPerGroup() {
        return shape.outputChannels() / layer.groups();
    }

    boolean hasSum() {
        return layer.readsDestination();
    }

    /** Whether a post-op has a constant for each channel. */
    boolean hasChannelConstants() {
        return layer.postOps().stream()
                .anyMatch(postOp -> postOp instanceof PostOp.PerChannel constant
                        && constant.operands().size() > 1);
    }

    /** Whether the output has one element a channel. */
    boolean isOneElement() {
        return shape.axes().stream().allMatch(axis -> axis.dst() == 1);
    }

    /** Whether the output is one column with a window of one column. */
    boolean isOneColumn() {
        return shape.d().dst() == 1 && shape.w().dst() == 1 && shape.w().kernel() == 1;
    }

    /** Whether the implementation copies its source into a buffer of its own. */
    boolean copiesSource() {
        return isOneColumn()
                || (hasFewInputs() && (shape.w().kernel() > 1 || shape.h().kernel() > 1));
    }

    /** Whether the implementation takes a window's columns for channels, having so few of these. */
    boolean hasFewInputs() {
        return shape.inputsPerGroup() == 1 || implementation.contains("amx");
    }

    /**
     * Whether the implementation may take the columns of a window, or its columns and rows, for channels and copy the source accordingly.
     * Half a register of channels is the most for that.
     */
    boolean lowersWindows() {
        boolean isFew = shape.inputsPerGroup() == 1 || (hasFewInputs() && shape.inputsPerGroup() < 32);
        return isBrgemm512()
                && !shape.transposed()
                && isFew
                && shape.w().dilates() == 0
                && (shape.w().kernel() > 1 || shape.h().kernel() > 1);
    }

    /** Whether what padding would have contributed is taken off the sums. */
    boolean compensates() {
        return types.isInteger()
                && (types.src() == DataType.S8 || layer.quantization().srcZeroPoint() != 0);
    }

    /** Whether zeros right or left of the source take part in a window. */
    boolean padsWidth() {
        ForwardShape.Axis w = shape.w();
        return w.paddingL() > 0 || w.lastWindowStart() + w.extent() > w.src();
    }

    /**
     * Whether the instruction that multiplies u8 by s8 without VNNI may saturate: it adds two products in s16. A source of s8 is shifted to
     * u8, and its weights are halved.
     */
    boolean mayDistort() {
        boolean lacksVnni = WITHOUT_VNNI.contains(dnnl.dnnl_get_effective_cpu_isa())
                || KERNELS_WITHOUT_VNNI.stream().anyMatch(implementation::endsWith);
        return types.isInteger()
                && lacksVnni
                && !implementation.contains("ref")
                && (types.src() == DataType.S8 || largestWeight > LARGEST_UNSATURATED);
    }

    /** The larger of source and destination, of one image. */
    double imageBytes() {
        return Math.max(bytes(shape.src()), bytes(shape.dst())) / shape.minibatch();
    }

    double tensorBytes() {
        return bytes(shape.src()) + bytes(shape.dst()) + bytes(WeightsShape.dims(layer));
    }

    /** As a floating-point number, since extents that a problem may have can multiply to more than 2⁶³. */
    private static double bytes(long[] dims) {
        double product = Float.BYTES;
        for (long extent : dims) {
            product *= extent;
        }
        return product;
    }
}
