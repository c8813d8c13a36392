package io.github.faltung.onednn;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.DeformableProblem;
import java.util.Arrays;

/**
 * Turns places of a deformable layer's output into columns: for each tap and input channel the source's sample that a weight is then
 * multiplied by. A column is ordered {@code [group, tap, input channel of the group]}, so that a 1×1 convolution with weights {@code [OC,
 * taps·IC/G]} finishes the work. Immutable.
 *
 * <p>The source is an array, channels last, so that each corner of a sample is a run of channels and one loop over four runs does the work:
 * the JDK's compiler turns that into vector instructions for arrays, but not for buffers (JDK 17).
 */
final class BilinearSampler {
    private final AxisGeometry h;
    private final AxisGeometry w;
    private final int height;
    private final int width;
    private final int channels;
    private final int taps;
    private final int offsetGroups;
    private final int inputsPerOffset;
    private final int inputsPerGroup;

    BilinearSampler(DeformableProblem problem) {
        h = problem.convolution().axis(0);
        w = problem.convolution().axis(1);
        height = (int) h.src();
        width = (int) w.src();
        channels = problem.descriptor().convolution().inputChannels();
        taps = problem.descriptor().taps();
        offsetGroups = problem.descriptor().offsetGroups();
        inputsPerOffset = channels / offsetGroups;
        inputsPerGroup = channels / problem.descriptor().convolution().groups();
    }

    /** One image's arrays, which a sampler reads. */
    static final class Image {
        private final float[] src;
        private final float[] offsets;
        private final int offsetStride;
        private final float[] mask;
        private final int maskStride;

        /**
         * Takes the arrays.
         *
         * @param src the source, channels last, and behind it one pixel of zeros, which stands for all outside
         * @param offsets two numbers for each tap, in channels-first or channels-last order
         * @param offsetStride the distance between the offsets of one place
         * @param mask one number for each tap, in either order; empty if all are 1
         * @param maskStride the distance between the masks of one place
         */
        Image(float[] src, float[] offsets, int offsetStride, float[] mask, int maskStride) {
            this.src = src;
            this.offsets = offsets;
            this.offsetStride = offsetStride;
            this.mask = mask;
            this.maskStride = maskStride;
        }
    }

    int columnLength() {
        return taps * channels;
    }

    /**
     * Writes one column.
     *
     * @param at where it begins in {@code columns}
     */
    void sample(Image image, int oh, int ow, float[] columns, int at) {
        int kernelW = w.kernel();
        int top = (int) (oh * (long) h.stride() - h.paddingL());
        int left = (int) (ow * (long) w.stride() - w.paddingL());
        int place = (int) (oh * w.dst() + ow);
        int perPlace = offsetGroups * taps;
        int offset = image.offsetStride == 1 ? place * 2 * perPlace : place;
        int ofMask = image.maskStride == 1 ? place * perPlace : place;
        for (int group = 0; group < offsetGroups; group++) {
            for (int tap = 0; tap < taps; tap++) {
                float y = (top + tap / kernelW * h.dilation()) + image.offsets[offset];
                float x = (left + tap % kernelW * w.dilation()) + image.offsets[offset + image.offsetStride];
                float m = image.mask.length == 0 ? 1 : image.mask[ofMask];
                offset += 2 * image.offsetStride;
                ofMask += image.maskStride;
                sample(image.src, group, tap, y, x, m, columns, at);
            }
        }
    }

    private void sample(float[] src, int group, int tap, float y, float x, float m, float[] columns, int at) {
        int first = group * inputsPerOffset;
        int end = first + inputsPerOffset;
        if (!(y > -1 && y < (double) height && x > -1 && x < (double) width)) {
            for (int c = first; c < end; c += inputsPerGroup - c % inputsPerGroup) {
                int start = start(at, tap, c);
                Arrays.fill(columns, start, start + run(c, end), 0);
            }
            return;
        }
        int y0 = (int) y;
        int x0 = (int) x;
        y0 = y < y0 ? y0 - 1 : y0;
        x0 = x < x0 ? x0 - 1 : x0;
        float ly = y - y0;
        float lx = x - x0;
        float hy = 1 - ly;
        float hx = 1 - lx;
        for (int c = first; c < end; c += inputsPerGroup - c % inputsPerGroup) {
            blend(
                    src,
                    pixel(y0, x0) + c,
                    pixel(y0, x0 + 1) + c,
                    pixel(y0 + 1, x0) + c,
                    pixel(y0 + 1, x0 + 1) + c,
                    hy * hx * m,
                    hy * lx * m,
                    ly * hx * m,
                    ly * lx * m,
                    columns,
                    start(at, tap, c),
                    run(c, end));
        }
    }

    /** How many channels from c on lie side by side in a column. */
    private int run(int c, int end) {
        return Math.min(end - c, inputsPerGroup - c % inputsPerGroup);
    }

    private int start(int at, int tap, int c) {
        return at + (c / inputsPerGroup * taps + tap) * inputsPerGroup + c % inputsPerGroup;
    }

    private int pixel(int y, int x) {
        boolean inside = y >= 0 && y < height && x >= 0 && x < width;
        return (inside ? y * width + x : height * width) * channels;
    }

    private static void blend(
            float[] src,
            int a,
            int b,
            int c,
            int d,
            float ofA,
            float ofB,
            float ofC,
            float ofD,
            float[] columns,
            int at,
            int length) {
        for (int i = 0; i < length; i++) {
            columns[at + i] = ofA * src[a + i] + ofB * src[b + i] + ofC * src[c + i] + ofD * src[d + i];
        }
    }
}
