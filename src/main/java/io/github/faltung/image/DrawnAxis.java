package io.github.faltung.image;

import io.github.faltung.convolution.AxisGeometry;

/**
 * One axis of a drawn convolution as a row of cells over which the window moves. Of a transposed layer it is the source with stride − 1 zeros
 * between its elements and zeros around, over which the turned window moves in steps of 1 (Dumoulin and Visin, <em>A guide to convolution
 * arithmetic for deep learning</em>, 2016, §4.6). Immutable.
 *
 * @param axis the layer's numbers
 * @param transposed whether windows lie over the output
 * @param turned whether the window's last weight comes first
 */
record DrawnAxis(AxisGeometry axis, boolean transposed, boolean turned) {
    /** What an axis has that a layer lacks: one element, which one weight reads. */
    static final DrawnAxis NONE = new DrawnAxis(new AxisGeometry(1, 1, 1, 1, 1, 1, 0, 0), false, false);

    /** Returns the distance between elements of the source, in cells. */
    private long spread() {
        return transposed ? axis.stride() : 1;
    }

    /** Returns how many cells stand before the source's first element. */
    long before() {
        return Math.max(0, -start(0));
    }

    /** Returns how many cells stand after its last element. */
    long after() {
        return Math.max(0, start(axis.dst() - 1) + axis.extent() - covered());
    }

    private long covered() {
        return (axis.src() - 1) * spread() + 1;
    }

    long cells() {
        return before() + covered() + after();
    }

    /** Returns where an output's window begins, counted from the source's first element. */
    private long start(long output) {
        return transposed ? output + axis.paddingL() - (axis.extent() - 1) : output * axis.stride() - axis.paddingL();
    }

    /** Returns the cell that an output's window begins at. */
    int windowStart(long output) {
        return (int) (start(output) + before());
    }

    /** Returns the cell that a window's tap reads. */
    int cell(long output, int tap) {
        return windowStart(output) + tap * axis.dilation();
    }

    /** Returns the position along the weights' axis of what a tap multiplies by. */
    int weight(int tap) {
        return turned ? axis.kernel() - 1 - tap : tap;
    }

    /** Returns the source's element in a cell, or −1 where a zero is. */
    int source(int cell) {
        long place = cell - before();
        boolean element = place >= 0 && place < covered() && place % spread() == 0;
        return element ? (int) (place / spread()) : -1;
    }

    /** Returns how many zeros stand between two elements. */
    int inserted() {
        return (int) spread() - 1;
    }
}
