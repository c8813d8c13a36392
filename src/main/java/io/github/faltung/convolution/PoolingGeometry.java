package io.github.faltung.convolution;

/**
 * The arithmetic of pooling's shapes.
 *
 * <p>Source: ONNX 1.22 operator documentation, MaxPool-22 and AveragePool-22. There, VALID padding together with {@code ceil_mode} has
 * a formula that rounds down; the shape inference that comes with it and ONNX Runtime round up, as for explicit padding of 0, and so
 * does this.
 */
final class PoolingGeometry {
    private PoolingGeometry() {}

    static long dst(PoolingDescriptor layer, int axis, long src) {
        Geometry.requireSource(axis, src, layer);
        int kernel = kernel(layer, axis, src);
        int stride = layer.strides().get(axis);
        int dilation = layer.dilation().get(axis);
        long extent = Geometry.extent(kernel, dilation);
        long total = Geometry.total(layer.padding(), axis, src, extent, stride);
        long before = Geometry.before(layer.padding(), axis, total);
        long room = src + total - extent;
        Geometry.requirePadded(axis, src + total, layer);
        // Rounded up, a single window may reach beyond the source, though by less than a stride.
        if (layer.ceilMode() ? room <= -stride : room < 0) {
            throw Geometry.tooLarge(axis, src + total, extent, layer);
        }
        long dst = Math.floorDiv(room, (long) stride) + 1;
        if (layer.ceilMode()) {
            dst = -Math.floorDiv(-room, (long) stride) + 1;
            dst -= (dst - 1) * stride >= src + before ? 1 : 0;
        }
        boolean padsCount = layer.countIncludePad();
        if (!padsCount && hasEmptyWindow(src, dst, before, stride, kernel, dilation)) {
            throw Rule.broken(
                    "padding",
                    "must leave each window an element of the source, whose extent is " + src + " on spatial axis "
                            + axis,
                    layer.padding(),
                    layer);
        }
        return dst;
    }

    static PoolingAxis axis(PoolingDescriptor layer, int axis, long src) {
        long dst = dst(layer, axis, src);
        int kernel = kernel(layer, axis, src);
        int stride = layer.strides().get(axis);
        int dilation = layer.dilation().get(axis);
        long total = Geometry.total(layer.padding(), axis, src, Geometry.extent(kernel, dilation), stride);
        long before = Geometry.before(layer.padding(), axis, total);
        return new PoolingAxis(src, dst, kernel, stride, dilation, before, total - before);
    }

    private static int kernel(PoolingDescriptor layer, int axis, long src) {
        int kernel = layer.kernel().get(axis);
        return kernel == PoolingDescriptor.WHOLE ? (int) src : kernel;
    }

    /**
     * Windows that begin before the source are empty if they end there too, or jump over it; those that begin within it never are. As
     * long as no step jumps over the source, the first and the last window stand for all.
     */
    private static boolean hasEmptyWindow(long src, long dst, long before, int stride, int kernel, int dilation) {
        boolean empty = within((dst - 1) * stride - before, kernel, dilation, src) == 0;
        long suspects = dilation <= src ? 1 : Math.min(dst, before / stride + 1);
        for (long window = 0; window < suspects && !empty; window++) {
            empty = within(window * stride - before, kernel, dilation, src) == 0;
        }
        return empty;
    }

    /** Returns how many elements of the window that begins at {@code start} lie from 0 to less than {@code end}. */
    static long within(long start, int kernel, int dilation, long end) {
        long first = start >= 0 ? 0 : (-start - 1) / dilation + 1;
        long last = start >= end ? -1 : Math.min(kernel - 1L, (end - 1 - start) / dilation);
        return Math.max(0, last - first + 1);
    }
}
