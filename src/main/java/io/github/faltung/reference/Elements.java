package io.github.faltung.reference;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;

/** A tensor's elements by their position in channels-first order. */
@FunctionalInterface
interface Elements {
    /** Returns the element at a position, which is within the tensor. */
    float at(long position);

    /**
     * Reads a tensor: by a copy on the heap if that is less work than reading element by element, as a few outputs of a huge tensor
     * are read.
     *
     * @param reads how many elements will be read
     */
    static Elements of(Tensor tensor, double reads) {
        if (tensor.dims().elements() <= Math.min(reads, Integer.MAX_VALUE - 8)) {
            float[] values = tensor.toFloatArray();
            return position -> values[(int) position];
        }
        return position -> tensor.get(indices(tensor.dims(), position));
    }

    private static long[] indices(Dims dims, long position) {
        var indices = new long[dims.rank()];
        for (int axis = dims.rank() - 1; axis >= 0; axis--) {
            indices[axis] = position % dims.get(axis);
            position /= dims.get(axis);
        }
        return indices;
    }
}
