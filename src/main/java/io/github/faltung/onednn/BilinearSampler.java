package io.github.faltung.onednn;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.tensor.Dims;
import java.math.BigInteger;

/**
 * Says a deformable layer's sampling as a sparse matrix. A sample is a weighted sum of four of the source's elements, with the same weights
 * for every channel of an offset group: so {@code columns = matrix · source}, with a row for each place of the output, tap and run of
 * channels, an entry for each corner inside the source, and a column for each pixel's run of channels. What comes out is ordered {@code
 * [place, group, tap, input channel of the group]}, so that a 1×1 convolution with weights {@code [OC, taps·IC/G]} finishes the work.
 * Immutable.
 */
final class BilinearSampler {
    /** The entries of a row: a sample lies between four elements. */
    static final int CORNERS = 4;

    private final AxisGeometry h;
    private final AxisGeometry w;
    private final int height;
    private final int width;
    private final int taps;
    private final int offsetGroups;
    private final int groups;
    private final int run;
    private final int runs;

    BilinearSampler(DeformableProblem problem) {
        h = problem.convolution().axis(0);
        w = problem.convolution().axis(1);
        height = (int) h.src();
        width = (int) w.src();
        taps = problem.descriptor().taps();
        offsetGroups = problem.descriptor().offsetGroups();
        groups = problem.descriptor().convolution().groups();
        int channels = problem.descriptor().convolution().inputChannels();
        run = BigInteger.valueOf(channels / offsetGroups)
                .gcd(BigInteger.valueOf(channels / groups))
                .intValueExact();
        runs = channels / run;
    }

    /**
     * One image's offsets and mask.
     *
     * @param offsets two numbers for each tap, in channels-first or channels-last order
     * @param offsetStride the distance between the offsets of one place
     * @param mask one number for each tap, in either order; empty if all are 1
     * @param maskStride the distance between the masks of one place
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Image(float[] offsets, int offsetStride, float[] mask, int maskStride) {}

    /** Returns how many channels of a pixel a row covers: those that lie side by side, in one group, with the same offsets. */
    int run() {
        return run;
    }

    /** Returns the extents of the source as the matrix sees it: pixels' runs, channels of a run. */
    Dims srcDims() {
        return Dims.of((long) height * width * runs, run);
    }

    int rowsPerPlace() {
        return taps * runs;
    }

    int columnLength() {
        return taps * runs * run;
    }

    /** Appends the rows of a place. */
    void addRows(Image image, int oh, int ow, SparseRows rows) {
        int top = (int) (oh * (long) h.stride() - h.paddingL());
        int left = (int) (ow * (long) w.stride() - w.paddingL());
        int place = (int) (oh * w.dst() + ow);
        int offset = image.offsetStride == 1 ? place * 2 * offsetGroups * taps : place;
        int ofMask = image.maskStride == 1 ? place * offsetGroups * taps : place;
        int runsPerOffset = runs / offsetGroups;
        int runsPerGroup = runs / groups;
        for (int first = 0; first < runs; first += runsPerGroup) {
            int tap = 0;
            for (int ky = top, i = 0; i < h.kernel(); i++, ky += h.dilation()) {
                for (int kx = left, j = 0; j < w.kernel(); j++, kx += w.dilation(), tap++) {
                    for (int c = first; c < first + runsPerGroup; c++) {
                        int moved = c / runsPerOffset * taps + tap;
                        int at = offset + 2 * moved * image.offsetStride;
                        float y = ky + image.offsets[at];
                        float x = kx + image.offsets[at + image.offsetStride];
                        float m = image.mask.length == 0 ? 1 : image.mask[ofMask + moved * image.maskStride];
                        addRow(y, x, m, c, rows);
                    }
                }
            }
        }
    }

    private void addRow(float y, float x, float m, int c, SparseRows rows) {
        if (y > -1 && y < (double) height && x > -1 && x < (double) width) {
            int y0 = floor(y);
            int x0 = floor(x);
            float ly = y - y0;
            float lx = x - x0;
            float hy = 1 - ly;
            float hx = 1 - lx;
            int pixel = y0 * width + x0;
            boolean x0Inside = x0 >= 0;
            boolean x1Inside = x0 + 1 < width;
            if (y0 >= 0) {
                addCorners(pixel, x0Inside, x1Inside, hy * hx * m, hy * lx * m, c, rows);
            }
            if (y0 + 1 < height) {
                addCorners(pixel + width, x0Inside, x1Inside, ly * hx * m, ly * lx * m, c, rows);
            }
        }
        rows.endRow();
    }

    private void addCorners(
            int pixel, boolean leftInside, boolean rightInside, float ofLeft, float ofRight, int c, SparseRows rows) {
        if (leftInside) {
            rows.add(pixel * runs + c, ofLeft);
        }
        if (rightInside) {
            rows.add((pixel + 1) * runs + c, ofRight);
        }
    }

    private static int floor(float value) {
        int whole = (int) value;
        return value < whole ? whole - 1 : whole;
    }
}
