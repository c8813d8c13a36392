package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.Arrays;

/**
 * Pooling once more, as a witness: windows slid over a source that is padded by writing it out, the output's extents counted instead of
 * computed. In integers, so that sums are exact.
 */
final class PaddedWindows {
    private final PoolingDescriptor layer;
    private final long[] src;
    private final long[] before = new long[3];
    private final long[] padded = new long[3];
    private final long[] windows = new long[3];
    private final int[] kernel = new int[3];
    private final int[] stride = new int[3];
    private final int[] dilation = new int[3];

    PaddedWindows(PoolingDescriptor layer, Dims dims) {
        this.layer = layer;
        this.src = dims.toArray();
        int missing = 3 - layer.spatialRank();
        for (int axis = 0; axis < 3; axis++) {
            boolean there = axis >= missing;
            long extent = there ? src[2 + axis - missing] : 1;
            kernel[axis] = there ? layer.kernel().get(axis - missing) : 1;
            kernel[axis] = kernel[axis] == 0 ? (int) extent : kernel[axis];
            stride[axis] = there ? layer.strides().get(axis - missing) : 1;
            dilation[axis] = there ? layer.dilation().get(axis - missing) : 1;
            pad(axis, there ? axis - missing : -1, extent);
        }
    }

    private void pad(int axis, int spatial, long extent) {
        long reach = (kernel[axis] - 1L) * dilation[axis] + 1;
        long after = 0;
        boolean same = false;
        if (spatial >= 0 && layer.padding() instanceof Padding.Explicit explicit) {
            before[axis] = explicit.begin().get(spatial);
            after = explicit.end().get(spatial);
        } else if (spatial >= 0) {
            long wanted = (long) Math.ceil((double) extent / stride[axis]);
            long total = Math.max(0, (wanted - 1) * stride[axis] + reach - extent);
            switch ((Padding.Mode) layer.padding()) {
                case VALID -> before[axis] = 0;
                case FULL -> after = before[axis] = reach - 1;
                case CAUSAL -> before[axis] = reach - 1;
                case SAME_UPPER, SAME_LOWER -> {
                    same = true;
                    boolean upper = layer.padding() == Padding.Mode.SAME_UPPER;
                    before[axis] = upper ? total / 2 : (total + 1) / 2;
                    after = total - before[axis];
                }
            }
            windows[axis] = wanted;
        }
        padded[axis] = before[axis] + extent + after;
        if (!same) {
            windows[axis] = count(axis, reach, before[axis] + extent);
        }
    }

    private long count(int axis, long reach, long sourceEnd) {
        long count = 0;
        if (layer.ceilMode()) {
            while (count == 0 || (count - 1) * stride[axis] + reach < padded[axis]) {
                count++;
            }
            return (count - 1) * stride[axis] >= sourceEnd ? count - 1 : count;
        }
        while (count * stride[axis] + reach <= padded[axis]) {
            count++;
        }
        return count;
    }

    /** Returns {@code [MB, C, spatial…]}. */
    Dims dstDims() {
        long[] extents = src.clone();
        System.arraycopy(windows, 3 - layer.spatialRank(), extents, 2, layer.spatialRank());
        return Dims.of(extents);
    }

    /** What became of a window: its largest element, its sum and its mean's divisor. */
    record Window(double max, long sum, long divisor) {}

    /** Returns all windows, in channels-first order. */
    Window[] over(float[] values) {
        int planes = (int) (src[0] * src[1]);
        int volume = values.length / planes;
        var result = new Window[Math.toIntExact(planes * windows[0] * windows[1] * windows[2])];
        int next = 0;
        for (int plane = 0; plane < planes; plane++) {
            float[] one = Arrays.copyOfRange(values, plane * volume, (plane + 1) * volume);
            for (long d = 0; d < windows[0]; d++) {
                for (long h = 0; h < windows[1]; h++) {
                    for (long w = 0; w < windows[2]; w++) {
                        result[next++] = window(one, d * stride[0], h * stride[1], w * stride[2]);
                    }
                }
            }
        }
        return result;
    }

    private Window window(float[] plane, long d, long h, long w) {
        int rank = layer.spatialRank();
        long depth = rank < 3 ? 1 : src[2];
        long height = rank < 2 ? 1 : src[rank];
        long width = src[rank + 1];
        double max = Double.NEGATIVE_INFINITY;
        long sum = 0;
        long divisor = 0;
        for (int i = 0; i < kernel[0] * kernel[1] * kernel[2]; i++) {
            long z = d + (long) (i / kernel[2] / kernel[1]) * dilation[0];
            long y = h + (long) (i / kernel[2] % kernel[1]) * dilation[1];
            long x = w + (long) (i % kernel[2]) * dilation[2];
            boolean counts = z < padded[0] && y < padded[1] && x < padded[2];
            z -= before[0];
            y -= before[1];
            x -= before[2];
            if (z >= 0 && z < depth && y >= 0 && y < height && x >= 0 && x < width) {
                float value = plane[(int) ((z * height + y) * width + x)];
                max = Math.max(max, value);
                sum += (long) value;
                divisor++;
            } else if (counts && layer.countIncludePad()) {
                divisor++;
            }
        }
        return new Window(max, sum, divisor);
    }
}
