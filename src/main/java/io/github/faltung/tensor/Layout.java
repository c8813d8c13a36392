package io.github.faltung.tensor;

/**
 * The order in which a dense tensor's axes lie in memory. The logical dims are the same in each: {@code [MB, C, spatial…]}, or
 * {@code [OC, IC/G, k…]} for weights.
 */
public enum Layout {
    /** As the dims are written: NCW, NCHW, NCDHW; OIHW for weights (PyTorch, ONNX). */
    CHANNELS_FIRST,
    /** The second axis last: NWC, NHWC, NDHWC; OHWI for weights. */
    CHANNELS_LAST,
    /** The first two axes last, in reverse: HWIO, the weights of TensorFlow and Keras. */
    SPATIAL_FIRST;

    /**
     * Returns the axes of a tensor from the one that varies slowest in memory to the one that varies fastest.
     *
     * @param rank the number of axes
     */
    int[] order(int rank) {
        int[] order = new int[rank];
        for (int position = 0; position < rank; position++) {
            order[position] = axisAt(position, rank);
        }
        return order;
    }

    /** Returns the axis at a position of that order; 0 is the slowest. */
    int axisAt(int position, int rank) {
        return switch (this) {
            case CHANNELS_FIRST -> position;
            case CHANNELS_LAST -> position == 0 ? 0 : position == rank - 1 ? 1 : position + 1;
            case SPATIAL_FIRST -> rank == 1 ? 0 : position < rank - 2 ? position + 2 : rank - 1 - position;
        };
    }

    /** Returns the distance in elements between neighbours along each axis of a dense tensor of the given dims. */
    public long[] strides(Dims dims) {
        int[] order = order(dims.rank());
        long[] strides = new long[dims.rank()];
        long stride = 1;
        for (int position = dims.rank() - 1; position >= 0; position--) {
            strides[order[position]] = stride;
            stride *= dims.get(order[position]);
        }
        return strides;
    }
}
