package io.github.faltung.checking;

import io.github.faltung.convolution.AxisGeometry;
import java.util.Arrays;

/**
 * Which tap of the window lies between an output and a source position of one axis: for output p the positions q, ascending, and of each
 * the tap.
 *
 * <p>Asks neither where a tap of an output lies nor what an element reaches, but of each pair what is between them: of a window p and an
 * element q it is {@code k = (q + paddingL − p·stride) / dilation}, if that is whole and within the window: one q in {@code dilation}. In a regular layer the output
 * has the windows, in a transposed one the source.
 */
final class AxisTaps {
    private final int[][] positions;
    private final int[][] taps;
    private long pairs;

    AxisTaps(AxisGeometry axis, boolean transposed, boolean flipped) {
        int outputs = (int) axis.dst();
        positions = new int[outputs][0];
        taps = new int[outputs][0];
        int windows = (int) (transposed ? axis.src() : axis.dst());
        long elements = transposed ? axis.dst() : axis.src();
        for (int window = 0; window < windows; window++) {
            long begin = (long) window * axis.stride() - axis.paddingL();
            long first =
                    begin + Math.max(0, Math.floorDiv(axis.dilation() - 1 - begin, axis.dilation())) * axis.dilation();
            for (long q = first; q < Math.min(elements, begin + axis.extent()); q += axis.dilation()) {
                int k = (int) ((q - begin) / axis.dilation());
                int tap = flipped ? axis.kernel() - 1 - k : k;
                add(transposed ? (int) q : window, transposed ? window : (int) q, tap);
            }
        }
    }

    private void add(int output, int position, int tap) {
        positions[output] = appended(positions[output], position);
        taps[output] = appended(taps[output], tap);
        pairs++;
    }

    private static int[] appended(int[] values, int value) {
        int[] more = Arrays.copyOf(values, values.length + 1);
        more[values.length] = value;
        return more;
    }

    int[] positions(int output) {
        return positions[output];
    }

    int[] taps(int output) {
        return taps[output];
    }

    /** Returns how many pairs of an output and a source position have a tap between them. */
    long pairs() {
        return pairs;
    }
}
