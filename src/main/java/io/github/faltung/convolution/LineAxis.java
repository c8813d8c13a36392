package io.github.faltung.convolution;

/** The fields of a problem line on one axis; what is missing is 0, a missing padding −1. */
record LineAxis(long src, long dst, int kernel, int stride, long padding, int dilates) {
    /** Returns whether the line does not have the axis. */
    boolean isAbsent() {
        return hasNoWindow() && dilates == 0;
    }

    /** Returns whether the line leaves it to the axis before to say everything; it may repeat the dilation. */
    boolean isLike(LineAxis before) {
        return hasNoWindow() && (dilates == 0 || dilates == before.dilates);
    }

    private boolean hasNoWindow() {
        return src == 0 && dst == 0 && kernel == 0 && stride == 1 && padding < 1;
    }

    long extent() {
        return Geometry.extent(kernel, dilates + 1);
    }

    /** Returns the padding before: as given, else half of what the output extent implies, else none. */
    long paddingBefore(boolean transposed) {
        if (padding >= 0) {
            return padding;
        }
        return dst == 0 ? 0 : Math.max(0, impliedPadding(transposed, 0)) / 2;
    }

    /** Returns the padding after: what the output extent implies, else as much as before; negative where windows end before the end. */
    long paddingAfter(boolean transposed) {
        long before = paddingBefore(transposed);
        return dst == 0 ? before : impliedPadding(transposed, before);
    }

    private long impliedPadding(boolean transposed, long before) {
        return transposed ? (src - 1) * stride + extent() - dst - before : (dst - 1) * stride + extent() - src - before;
    }
}
