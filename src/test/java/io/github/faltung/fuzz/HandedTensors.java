package io.github.faltung.fuzz;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tensors of one call: some as they should be, some wrong in size, type, layout or life, some in each other's memory. For one thread. */
final class HandedTensors implements AutoCloseable {
    /** Memory of a caller, parts of which are wrapped: these overlap. */
    private static final FloatBuffer CALLERS =
            ByteBuffer.allocateDirect(1 << 18).order(ByteOrder.nativeOrder()).asFloatBuffer();

    private static final List<Layout> LAYOUTS = List.of(Layout.values());
    private static final List<DataType> TYPES = List.of(DataType.values());
    private static final int PATTERN = 7;

    private final Choices choices;
    private final List<Tensor> made = new ArrayList<>();
    private boolean isAnyClosed;

    HandedTensors(Choices choices) {
        this.choices = choices;
    }

    /** Returns a tensor where one of this type and these dims is wanted. */
    Tensor of(DataType wantedType, Dims wantedDims) {
        if (!made.isEmpty() && choices.oneIn(16)) {
            return choices.of(made);
        }
        DataType type = choices.oneIn(16) ? choices.of(TYPES) : wantedType;
        Dims dims = choices.oneIn(8) ? spoilt(wantedDims) : wantedDims;
        Tensor tensor = make(type, dims);
        made.add(tensor);
        fill(tensor);
        if (choices.oneIn(24)) {
            tensor.close();
            isAnyClosed = true;
        }
        return tensor;
    }

    private Tensor make(DataType type, Dims dims) {
        Layout layout = choices.of(LAYOUTS);
        switch (choices.below(5)) {
            case 0 -> {
                return Tensor.allocate(type, dims, spaced(layout.strides(dims)));
            }
            case 1 -> {
                int at = choices.below(64);
                return type == DataType.F32 && at + dims.elements() < CALLERS.capacity()
                        ? Tensor.of(CALLERS.duplicate().position(at).slice(), dims, layout)
                        : Tensor.allocate(type, dims, layout);
            }
            default -> {
                return Tensor.allocate(type, dims, layout);
            }
        }
    }

    /** All strides so many times as long, and sometimes the rows still further apart. */
    private long[] spaced(long[] strides) {
        long factor = 1L + choices.below(3);
        long beyond = choices.below(2);
        long fastest = Arrays.stream(strides).min().orElse(1);
        return Arrays.stream(strides)
                .map(stride -> stride == fastest ? stride * factor : stride * (factor + beyond))
                .toArray();
    }

    private Dims spoilt(Dims dims) {
        long[] extents = dims.toArray();
        int axis = choices.below(extents.length);
        switch (choices.below(6)) {
            case 0 -> extents[axis]++;
            case 1 -> extents[axis] = Math.max(1, extents[axis] - 1);
            case 2 -> extents[axis] = 1;
            case 3 -> extents[axis] *= 2;
            case 4 -> extents = Arrays.copyOf(extents, Math.max(1, extents.length - 1));
            default -> {
                extents = Arrays.copyOf(extents, extents.length + 1);
                extents[extents.length - 1] = 1L + choices.below(3);
            }
        }
        return Dims.of(extents);
    }

    private void fill(Tensor tensor) {
        float[] pattern = choices.numbers(PATTERN);
        var values = new float[(int) tensor.dims().elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = pattern[i % PATTERN];
        }
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
    }

    /** Checks what a call has done that returned, or was refused for something closed. */
    void requireClosed(boolean refusedAsClosed) {
        if (refusedAsClosed != isAnyClosed) {
            throw new AssertionError(refusedAsClosed ? "refused as closed, but all are open" : "takes a closed tensor");
        }
    }

    @Override
    public void close() {
        made.forEach(Tensor::close);
    }
}
