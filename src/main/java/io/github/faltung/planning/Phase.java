package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;

/**
 * The outputs of one axis of a transposed layer that lie a stride apart, and how a regular convolution makes them.
 *
 * <p>Source element {@code i} and tap {@code t} meet in output {@code o = i·s + t·d − p}. With {@code o + p = q·s + r} only the taps {@code
 * t·d ≡ r (mod s)} reach the outputs of phase r: {@code t = first + m·step}, and then {@code i = q − shift − m·dilation} (Shi et al., <em>Is
 * the deconvolution layer the same as a convolutional layer?</em>, 2016).
 *
 * @param first the first tap
 * @param step from one tap to the next
 * @param taps how many there are; 0 if no tap reaches these outputs
 * @param dilation from one tap to the next, in source elements
 * @param shift how many source elements before {@code q} the first tap's lies
 * @param firstQ the first {@code q} that lies within the output
 * @param firstOutput which output that is
 * @param outputs how many there are; 0 if the output has none
 */
record Phase(int first, int step, int taps, int dilation, long shift, long firstQ, long firstOutput, long outputs) {
    /** Returns phase r of an axis. */
    static Phase of(AxisGeometry axis, int r) {
        int s = axis.stride();
        int d = axis.dilation();
        int divisor = divisor(s, d);
        int step = s / divisor;
        int first = 0;
        while (first < Math.min(step, axis.kernel()) && (long) first * d % s != r) {
            first++;
        }
        boolean reached = first < Math.min(step, axis.kernel());
        int taps = reached ? (axis.kernel() - 1 - first) / step + 1 : 0;
        long firstQ = Math.max(0, -Math.floorDiv(r - axis.paddingL(), (long) s));
        long firstOutput = firstQ * s + r - axis.paddingL();
        long outputs = firstOutput >= axis.dst() ? 0 : (axis.dst() - 1 - firstOutput) / s + 1;
        return new Phase(first, step, taps, d / divisor, (long) first * d / s, firstQ, firstOutput, outputs);
    }

    private static int divisor(int a, int b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    /** Returns the source element, relative to {@code q}, of the tap that lies furthest back. */
    long furthestBack() {
        return -shift - (long) (taps - 1) * dilation;
    }

    TransposedWeights.Taps selection() {
        return new TransposedWeights.Taps(first, step, taps);
    }
}
