package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;

/**
 * Defects of the bundled oneDNN, 3.11.0, that a forward problem can run into: each names the implementations and the shapes that it may
 * strike. An implementation that is struck is passed over for oneDNN's next one. The predicates are necessary conditions, so some problems
 * that would have worked are led around too.
 *
 * <p>{@code native-config/known-defects.md} tells the evidence for each, and which release of oneDNN mends it.
 */
enum KnownDefect {
    /** A column of the output that lies wholly right of the source has no kernel for its bias and post-ops: a null call. */
    NO_KERNEL_RIGHT_OF_SOURCE("oneDNN #5942: crash when windows lie right of the source") {
        @Override
        boolean strikes(Candidate it) {
            ForwardShape.Axis w = it.shape().w();
            return it.isBrgemm() && !it.shape().transposed() && it.finishes() && w.lastWindowStart() >= w.src();
        }
    },

    /** The stride is applied twice for an output of one column. */
    STRIDE_TWICE_FOR_ONE_COLUMN("wrong values: one input channel per group, strided, output of width 1") {
        @Override
        boolean strikes(Candidate it) {
            ForwardShape.Axis w = it.shape().w();
            return it.isBrgemm512()
                    && !it.shape().transposed()
                    && it.hasFewInputs()
                    && w.kernel() > 1
                    && w.dilates() == 0
                    && w.dst() == 1
                    && w.stride() > 1;
        }
    },

    /** The kernel for the tail of the input channels is missing, and its part of the sum with it. */
    NO_KERNEL_FOR_CHANNEL_TAIL(
            "oneDNN PR #5471: wrong values, output of width and depth 1, input channels not a multiple of 16") {
        @Override
        boolean strikes(Candidate it) {
            long inputs = it.shape().inputsPerGroup();
            int block = it.types().src() == DataType.F32 ? 16 : 64; // channels in a register
            return it.isBrgemm512() && it.isOneColumn() && inputs > 16 && inputs % block != 0;
        }
    },

    /** The destination's previous values are overwritten before they are added. */
    SUM_OVERWRITTEN("wrong values: sum, where right padding is the negative of left padding") {
        @Override
        boolean strikes(Candidate it) {
            ForwardShape.Axis w = it.shape().w();
            return it.isBrgemm()
                    && !it.shape().transposed()
                    && it.hasSum()
                    && w.paddingL() > 0
                    && w.lastWindowStart() + w.paddingL() + w.extent() == w.src();
        }
    },

    /**
     * An SSE instruction reads the destination as if it were aligned to 16 bytes. Not so where a deconvolution runs a gradient's kernel:
     * post-ops are plain loops behind that.
     */
    UNALIGNED_SUM("crash: sum on SSE4.1, destination not aligned to 16 bytes") {
        @Override
        boolean strikes(Candidate it) {
            return it.implementation().contains("sse41") && !it.implementation().startsWith("conv:any") && it.hasSum();
        }
    },

    /** A work buffer is sized for the kernel where the stride is longer: the heap is overwritten. */
    SMALL_BUFFER_FOR_LONG_STRIDE("oneDNN PR #5494: heap overwritten, stride longer than the kernel") {
        @Override
        boolean strikes(Candidate it) {
            ForwardShape.Axis h = it.shape().h();
            ForwardShape.Axis d = it.shape().d();
            return it.isBrgemm512()
                    && !it.shape().transposed()
                    && (h.stride() > h.kernel() || d.stride() > d.kernel())
                    && it.copiesSource();
        }
    },

    /** Zeros beside the source are not shifted as the source is, where the CPU multiplies no s8 by s8. */
    UNSHIFTED_PADDING("oneDNN #5080: wrong values at the border, s8 source, few input channels") {
        @Override
        boolean strikes(Candidate it) {
            return it.isBrgemm512() && it.types().src() == DataType.S8 && it.hasFewInputs() && it.padsWidth();
        }
    },

    /**
     * Weights and compensations are looked for where they would be if the output channels were padded to whole blocks of the kernel; they are
     * padded to 16.
     */
    PADDED_CHANNELS("wrong values: 8 bits, one input channel per group, more than 16 output channels") {
        @Override
        boolean strikes(Candidate it) {
            return it.types().isInteger()
                    && it.lowersWindows()
                    && it.outputsPerGroup() > 16
                    && (it.layer().groups() > 1 || it.compensates());
        }
    },

    /** Rows and planes that no window reaches get another row's result, and not the bias; or no compensation, which they need. */
    UNREACHED_ROW("wrong values: 8 bits, one input channel per group, rows that no window reaches") {
        @Override
        boolean strikes(Candidate it) {
            boolean depthwise = it.implementation().contains("brdgmm_dw") && it.compensates();
            return it.types().isInteger()
                    && (it.lowersWindows() || depthwise)
                    && (it.shape().h().mayMissSource() || it.shape().d().mayMissSource());
        }
    },

    /** Columns that no window reaches have no product, but the compensation of one is read, from where none was written. */
    UNREACHED_COLUMN("wrong values: s8 source or a zero point, columns that no window reaches") {
        @Override
        boolean strikes(Candidate it) {
            ForwardShape.Axis w = it.shape().w();
            boolean mayMiss = it.shape().transposed() ? w.dilates() >= w.src() : w.mayMissSource();
            return it.isBrgemm() && it.compensates() && mayMiss;
        }
    },

    /** Outputs between or beside the windows have no product, but get a compensation; the last columns get no bias. */
    UNREACHED_OUTPUT("wrong values: 8 bits, transposed, outputs that no window reaches") {
        @Override
        boolean strikes(Candidate it) {
            return it.isIntegerDeconvolution()
                    && (it.shape().w().paddingR() < 0
                            || (it.compensates()
                                    && it.shape().axes().stream()
                                            .anyMatch(axis -> axis.kernel() < axis.stride()
                                                    || axis.dilates() > 0
                                                    || axis.paddingR() < 0)));
        }
    },

    /** Columns next to those that no window reaches get another's result. */
    BESIDE_UNREACHED_COLUMN("wrong values: 8 bits, beside columns that no window reaches") {
        @Override
        boolean strikes(Candidate it) {
            return it.implementation().contains("jit_uni_int8")
                    && !it.shape().transposed()
                    && it.shape().w().mayMissSource();
        }
    },

    /** An output of one element a channel is taken for channels first, and the constant of the first channel for all. */
    FIRST_CONSTANT_FOR_ALL(
            "wrong values: 8 bits, one output element a channel, post-op with a constant for each channel") {
        @Override
        boolean strikes(Candidate it) {
            boolean isIntegerKernel = it.implementation().contains("int8") || it.isIntegerDeconvolution();
            return isIntegerKernel && it.hasChannelConstants() && it.isOneElement();
        }
    },

    /**
     * A kernel for AVX2 takes 0 for the constants of the last, incomplete block of channels if AVX-512 is in effect. Not so behind a gradient's
     * kernel, where post-ops are plain loops.
     */
    CONSTANTS_OF_LAST_CHANNELS(
            "wrong values: kernel for AVX2 on AVX-512, constants for channels that are not a multiple of 8") {
        @Override
        boolean strikes(Candidate it) {
            return it.isBelowInstructionSet() && it.hasChannelConstants() && it.outputsPerGroup() % 8 != 0;
        }
    },

    /** The sum is accumulated where the destination's previous values are, which are scaled with it. */
    SCALED_SUM("wrong values: sum of an s32 destination, by gemm") {
        @Override
        boolean strikes(Candidate it) {
            return it.isIntegerGemm() && it.types().dst() == DataType.S32 && it.hasSum();
        }
    },

    /** Only the source's layout is looked at, which is any if it has one channel or one element of each. */
    UNCHECKED_LAYOUT("wrong order: 8 bits, channels first, by gemm") {
        @Override
        boolean strikes(Candidate it) {
            return it.isIntegerGemm() && !it.forms().equals(Forms.both(Form.CHANNELS_LAST));
        }
    },

    /** Not a defect but a trap: what an 8-bit layer computes would depend on the CPU. */
    SATURATED_PAIRS("values that depend on the CPU: 8-bit products without VNNI are added in 16 bits") {
        @Override
        boolean strikes(Candidate it) {
            return it.mayDistort();
        }
    },

    /** Loops over the stride, with its products in 32 bits. */
    HUGE_STRIDE("crash, or minutes to describe the problem: transposed, stride above 4096") {
        @Override
        boolean strikes(Candidate it) {
            return strikesAnyway(it.shape());
        }

        @Override
        boolean strikesAnyway(ForwardShape shape) {
            return shape.transposed()
                    && shape.axes().stream().anyMatch(axis -> axis.stride() > ForwardShape.Axis.MOST_STRIDE);
        }
    },

    /** Seen near 2^31, where sums leave 32 bits; not at 2^24, which is far more than layers have. */
    HUGE_REACH("crash: a window reaches over more than 2^24 elements, or as much padding") {
        private static final long MOST = 1 << 24;

        @Override
        boolean strikes(Candidate it) {
            return strikesAnyway(it.shape());
        }

        @Override
        boolean strikesAnyway(ForwardShape shape) {
            return shape.axes().stream()
                    .anyMatch(axis -> axis.extent() > MOST || axis.paddingL() > MOST || axis.paddingR() > MOST);
        }
    },

    /** Steps between blocks of one image are encoded in 32 bits. */
    HUGE_IMAGE("oneDNN 3.13.1: wrong code for images of 2 GiB and more") {
        @Override
        boolean strikes(Candidate it) {
            boolean encodes = it.implementation().contains("jit_1x1")
                    || it.implementation().contains("ncsp:matmul");
            return encodes && it.imageBytes() > Integer.MAX_VALUE;
        }
    },

    /** A transposed copy of everything at once; later releases refuse 64 times the tensors per thread. */
    HUGE_SCRATCHPAD("oneDNN 3.12: scratchpad many times the size of the tensors") {
        @Override
        boolean strikes(Candidate it) {
            return it.scratchpadBytes() > Math.max(1 << 30, 64 * it.tensorBytes());
        }
    };

    private final String text;

    KnownDefect(String text) {
        this.text = text;
    }

    /** Returns whether the defect may strike. */
    abstract boolean strikes(Candidate it);

    /** Returns whether it may strike on any implementation, and already where oneDNN is asked which there are. */
    boolean strikesAnyway(ForwardShape shape) {
        return false;
    }

    /** Returns what happens, and where it is known from. */
    @Override
    public String toString() {
        return text;
    }
}
