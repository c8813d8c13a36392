package io.github.faltung.fuzz;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Tensors and parts of them: dims, strides, offsets and buffers of any size. Nothing outside their memory is touched. */
final class TensorTarget extends ChoiceTarget {
    /** Whatever asks for more is refused by its size alone, or not asked: the limit of memory is the caller's, not an error of ours. */
    private static final long MOST_ELEMENTS = 1 << 12;

    private static final List<Layout> LAYOUTS = List.of(Layout.values());
    private static final List<DataType> TYPES = List.of(DataType.values());

    TensorTarget() {
        super(
                "tensor",
                List.of(IllegalArgumentException.class, IllegalStateException.class, IndexOutOfBoundsException.class));
    }

    @Override
    void feed(Choices choices) {
        var open = new ArrayList<Tensor>();
        try {
            open.add(tensor(choices));
            open.add(tensor(choices));
            if (choices.oneIn(16)) {
                choices.of(open).close();
            }
            for (int i = 0; i < 3; i++) {
                use(choices, choices.of(open), choices.of(open));
            }
        } finally {
            open.forEach(Tensor::close);
        }
    }

    private static Tensor tensor(Choices choices) {
        Dims dims = small(Dims.of(LongStream.range(0, 1 + choices.below(4))
                .map(i -> choices.index(6) + (choices.oneIn(6) ? 0 : 1))
                .toArray()));
        if (choices.oneIn(2)) {
            long[] strides = choices.of(LAYOUTS).strides(dims);
            if (choices.oneIn(3)) {
                strides[choices.below(strides.length)] += choices.index(9);
            }
            new Part(0, dims, strides); // refuses what is no strides before their span is looked at
            small(Dims.of(new Part(0, dims, strides).end()));
            return Tensor.allocate(choices.of(TYPES), dims, strides);
        }
        return Tensor.allocate(choices.of(TYPES), dims, choices.of(LAYOUTS));
    }

    private static Dims small(Dims dims) {
        if (dims.elements() > MOST_ELEMENTS) {
            throw new IllegalArgumentException("not asked for: " + dims);
        }
        return dims;
    }

    private static void use(Choices choices, Tensor one, Tensor other) {
        switch (choices.below(10)) {
            case 0 -> one.copyFrom(other);
            case 1 -> Tensor.copy(one, part(choices, one), other, part(choices, other));
            case 2 -> {
                Part part = part(choices, one);
                Tensor.copy(one, part, other, part.shifted(choices.index(3)));
            }
            case 3 -> one.copyFrom(new float[length(choices, one)], choices.of(LAYOUTS));
            case 4 -> one.copyTo(buffer(choices, one), choices.of(LAYOUTS));
            case 5 -> one.copyFrom(buffer(choices, one), choices.of(LAYOUTS));
            case 6 -> one.copyBitsFrom(bits(choices), choices.index(9));
            case 7 -> one.copyBitsTo(bits(choices), choices.index(9));
            case 8 -> one.set(choices.number(), indices(choices, one));
            default -> {
                one.getDouble(indices(choices, one));
                one.toFloatArray(choices.of(LAYOUTS));
            }
        }
    }

    private static int length(Choices choices, Tensor tensor) {
        return choices.oneIn(4) ? choices.below(40) : (int) tensor.dims().elements();
    }

    private static FloatBuffer buffer(Choices choices, Tensor tensor) {
        int length = length(choices, tensor);
        return switch (choices.below(4)) {
            case 0 -> FloatBuffer.allocate(length).asReadOnlyBuffer();
            case 1 -> FloatBuffer.allocate(length + 2).position(choices.below(3));
            case 2 ->
                ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            default -> ByteBuffer.allocate(4 * length + 1).position(1).slice().asFloatBuffer();
        };
    }

    private static ByteBuffer bits(Choices choices) {
        return ByteBuffer.allocate(choices.below(64))
                .order(choices.oneIn(2) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private static long[] indices(Choices choices, Tensor tensor) {
        int count = choices.oneIn(12) ? choices.below(6) : tensor.dims().rank();
        return IntStream.range(0, count).mapToLong(i -> choices.index(5)).toArray();
    }

    private static Part part(Choices choices, Tensor tensor) {
        Part part = Part.of(tensor);
        for (int i = choices.below(3); i > 0; i--) {
            part = changed(choices, part);
        }
        return part;
    }

    private static Part changed(Choices choices, Part part) {
        int axis = choices.oneIn(16)
                ? choices.extent(3)
                : choices.below(part.dims().rank());
        return switch (choices.below(6)) {
            case 0 -> part.slice(axis, choices.index(3), choices.index(4), choices.index(3));
            case 1 -> part.slice(axis, choices.index(2), choices.index(4));
            case 2 -> part.split(axis, choices.index(4));
            case 3 -> part.insert(axis);
            case 4 -> part.shifted(choices.index(6));
            default ->
                part.permute(IntStream.range(0, part.dims().rank())
                        .map(i -> choices.oneIn(8)
                                ? choices.extent(3)
                                : part.dims().rank() - 1 - i)
                        .toArray());
        };
    }
}
