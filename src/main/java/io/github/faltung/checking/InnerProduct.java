package io.github.faltung.checking;

import io.github.faltung.tensor.Tensor;

/** ⟨a, b⟩ of tensors of integers, exactly. */
final class InnerProduct {
    /** Up to here by way of arrays, which is many times faster and takes as much memory again. */
    private static final long MOST_BY_ARRAY =
            Math.min(Runtime.getRuntime().maxMemory() / 6 / Float.BYTES, Integer.MAX_VALUE - 8);

    private InnerProduct() {}

    /**
     * Returns the sum, whose terms are below 2²⁴·2²⁴ in size: a 64-bit integer holds those of 2¹⁵ elements at the worst, and of 2³⁶
     * where one factor is at most {@value ExactFill#WIDEST}, as fills are.
     *
     * @param a integers of an {@link GradientsFill}
     * @param b integers below 2²⁴, of the same dims
     * @throws ArithmeticException if an element is no integer
     */
    static long of(Tensor a, Tensor b) {
        long sum = 0;
        long elements = a.dims().elements();
        if (elements <= MOST_BY_ARRAY) {
            float[] left = a.toFloatArray();
            float[] right = b.toFloatArray();
            for (int i = 0; i < left.length; i++) {
                sum += integer(left[i]) * integer(right[i]);
            }
            return sum;
        }
        var indices = new long[a.dims().rank()];
        for (long position = 0; position < elements; position++) {
            sum += integer(a.get(indices)) * integer(b.get(indices));
            for (int axis = indices.length - 1;
                    axis >= 0 && ++indices[axis] == a.dims().get(axis);
                    axis--) {
                indices[axis] = 0;
            }
        }
        return sum;
    }

    private static long integer(float value) {
        if (value != (long) value) {
            throw new ArithmeticException("must be an integer, but was " + value);
        }
        return (long) value;
    }
}
