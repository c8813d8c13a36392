package io.github.faltung.onednn;

import java.util.Arrays;
import java.util.List;

/**
 * Where the implementation that oneDNN offers first is slower than a later one: on processors that have AVX-512 and work on its vectors in two halves,
 * as a Zen 4 does, on which each implementation was measured in turns with the others ({@code benchmarks/kernels}): oneDNN 3.11, f32, 1 to 3 axes, channels last. The
 * first that applies counts.
 */
enum FasterKernel {
    /**
     * A product of matrices for each element of a window has one summand then; the kernel that is made for a whole window takes 0.3 to 1 of the time. It shares out
     * rows among threads, so there have to be enough, and writes a pixel's outputs two vectors at a time, which takes 1.3 times as long where nothing but
     * writing is to be done: windows of two axes at stride 1, to more outputs.
     */
    OF_ONE_INPUT("with one input channel") {
        @Override
        List<String> names(Candidate slow) {
            ForwardShape shape = slow.shape();
            boolean writesMost =
                    outputs(slow) > 2 * VECTOR && !isDeep(shape) && shape.w().stride() == 1;
            if (!slow.isBrgemm512() || shape.inputChannels() != 1 || writesMost || !hasRows(shape)) {
                return List.of();
            }
            return outputs(slow) <= HALF && !isDeep(shape)
                    ? List.of(WHOLE_WINDOWS_BY_HALVES, WHOLE_WINDOWS)
                    : List.of(WHOLE_WINDOWS);
        }
    },

    /** Where half of the last vector of outputs is masked, the kernel for AVX2 takes 0.6 of the time with 8 outputs, 0.76 with 24, 0.9 with 120. */
    OF_HALF_VECTORS("with half a vector of outputs left over") {
        @Override
        List<String> names(Candidate slow) {
            return outputs(slow) % VECTOR != HALF
                    ? List.of()
                    : slow.isBrgemm512()
                            ? List.of("brg_conv_fwd:avx2")
                            : slow.implementation().equals("brgconv_1x1:avx512_core")
                                    ? List.of("brgconv_1x1:avx2")
                                    : List.of();
        }
    },

    /** As with one; with up to 4 the kernel for whole windows takes 0.7 to 1 of the time. */
    OF_FEW_INPUTS("with up to 4 input channels") {
        @Override
        List<String> names(Candidate slow) {
            ForwardShape shape = slow.shape();
            boolean writesLittle = outputs(slow) <= VECTOR || isDeep(shape);
            return slow.isBrgemm512() && shape.inputChannels() <= 4 && writesLittle && hasRows(shape)
                    ? List.of(WHOLE_WINDOWS)
                    : List.of();
        }
    };

    private static final int VECTOR = 16;
    private static final int HALF = 8;
    private static final String WHOLE_WINDOWS = "jit:avx512_core";
    private static final String WHOLE_WINDOWS_BY_HALVES = "jit:avx2";

    private final String text;

    FasterKernel(String text) {
        this.text = text;
    }

    /** Returns those that are likely to be faster, the fastest first; oneDNN need not have them. */
    abstract List<String> names(Candidate slow);

    /**
     * Other implementations than oneDNN's first.
     *
     * @param names the fastest first
     * @param text when they are faster, in words
     */
    record Choice(List<String> names, String text) {
        static final Choice NONE = new Choice(List.of(), "");
    }

    /**
     * Returns what is faster than the implementation that oneDNN offers first.
     *
     * @param cutsVectors whether the processor has AVX-512 and works on its vectors in two halves
     */
    static Choice than(Candidate first, boolean cutsVectors) {
        boolean isMeasured = cutsVectors
                && first.types().isAllF32()
                && first.forms().equals(Forms.both(Form.CHANNELS_LAST))
                && !first.shape().transposed();
        return Arrays.stream(values())
                .filter(kernel -> isMeasured)
                .map(kernel -> new Choice(kernel.names(first), kernel.text))
                .filter(choice -> !choice.names.isEmpty())
                .findFirst()
                .orElse(Choice.NONE);
    }

    private static long outputs(Candidate candidate) {
        return candidate.outputsPerGroup();
    }

    private static boolean isDeep(ForwardShape shape) {
        return shape.d().kernel() > 1;
    }

    private static boolean hasRows(ForwardShape shape) {
        return shape.minibatch() * shape.d().dst() * shape.h().dst() >= OpenMpThreads.number();
    }
}
