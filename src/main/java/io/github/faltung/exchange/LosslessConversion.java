package io.github.faltung.exchange;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Whether another type holds a tensor's numbers. A NaN is one of every floating-point type. */
final class LosslessConversion {
    private LosslessConversion() {}

    /**
     * Requires it of every element.
     *
     * @throws ExchangeException with the first element that would change
     */
    static void require(String place, Tensor tensor, DataType wanted) throws ExchangeException {
        if (holds(wanted, tensor.dataType())) {
            return;
        }
        if (tensor.dims().elements() > Integer.MAX_VALUE - 8) {
            throw new UnsupportedFeatureException(
                    place, "converting " + tensor.dims().elements() + " elements to " + wanted);
        }
        if (tensor.dataType().isFloating()) {
            float[] values = tensor.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                require(place, tensor, wanted, i, values[i]);
            }
        } else {
            int[] values = tensor.toIntArray(Layout.CHANNELS_FIRST);
            for (int i = 0; i < values.length; i++) {
                require(place, tensor, wanted, i, values[i]);
            }
        }
    }

    private static void require(String place, Tensor tensor, DataType wanted, int position, double value)
            throws ExchangeException {
        boolean holds = Double.isNaN(value) ? wanted.isFloating() : wanted.round(value) == value;
        if (!holds) {
            throw ExchangeException.broken(
                    place,
                    tensor.dataType() + " element " + at(tensor, position),
                    "must be a number that " + wanted + " holds",
                    value);
        }
    }

    private static String at(Tensor tensor, long position) {
        var indices = new long[tensor.dims().rank()];
        for (int axis = indices.length - 1; axis >= 0; axis--) {
            indices[axis] = position % tensor.dims().get(axis);
            position /= tensor.dims().get(axis);
        }
        return Arrays.toString(indices);
    }

    /** Whether a type holds every number of another. */
    private static boolean holds(DataType wanted, DataType given) {
        return switch (wanted) {
            case F32 -> given != DataType.S32;
            case S32 -> !given.isFloating();
            case F16 -> List.of(DataType.F16, DataType.U8, DataType.S8).contains(given);
            case BF16 -> List.of(DataType.BF16, DataType.U8, DataType.S8).contains(given);
            case U8, S8 -> given == wanted;
        };
    }
}
