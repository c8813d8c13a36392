package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies in blocks against copies element by element, for strides of every kind. */
class ElementCopyTest {
    private static final long SEED = 20261122;
    private static final int ROUNDS = 40;
    private static final List<Layout> LAYOUTS = List.of(Layout.values());

    static Stream<Arguments> pairs() {
        return LaneConversionTest.pairs();
    }

    /** Mostly small axes, and now and then ones longer than a block. */
    private static Dims dims(Random random) {
        long[] extents = new long[1 + random.nextInt(Dims.MAX_RANK)];
        long room = 12_000;
        for (int axis = 0; axis < extents.length; axis++) {
            long most = random.nextInt(3) == 0 ? room : Math.min(room, 9);
            extents[axis] = 1L + random.nextInt((int) most);
            room /= extents[axis];
        }
        return Dims.of(extents);
    }

    /** A layout's strides, or those of axes in a random order, with gaps or without. */
    private static long[] strides(Dims dims, Random random) {
        int kind = random.nextInt(5);
        if (kind < LAYOUTS.size()) {
            return LAYOUTS.get(kind).strides(dims);
        }
        long[] strides = new long[dims.rank()];
        long next = kind == 3 ? 1 : 1L + random.nextInt(3);
        for (int placed = 0; placed < dims.rank(); placed++) {
            int axis = random.nextInt(dims.rank());
            while (strides[axis] != 0) {
                axis = (axis + 1) % dims.rank();
            }
            strides[axis] = next;
            next = next * dims.get(axis) + (kind == 3 ? 0 : random.nextInt(3));
        }
        return strides;
    }

    /** Numbers of all magnitudes that the types have, some out of range, and halves. */
    private static double number(Random random) {
        double number = (random.nextInt(1024) - 512) * Math.scalb(1.0, random.nextInt(8) - 1);
        return random.nextInt(4) == 0 ? Math.scalb(number, random.nextInt(60) - 30) : number;
    }

    private static NativeMemory memory(DataType type, long elements, Random random) {
        NativeMemory memory = NativeMemory.allocate(elements * type.bytes());
        for (long i = 0; i < elements; i++) {
            memory.set(type, i, number(random));
        }
        return memory;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void copy_randomStrides_equalsElementByElement(DataType from, DataType to) {
        var random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            Dims dims = dims(random);
            long[] sourceStrides = strides(dims, random);
            long[] targetStrides = strides(dims, random);
            long targetSpan = Strides.span(dims, targetStrides);
            NativeMemory source = memory(from, Strides.span(dims, sourceStrides), random);
            NativeMemory target = memory(to, targetSpan, random);
            NativeMemory expected = NativeMemory.allocate(target.bytes());
            expected.copyFrom(target);
            Strides.forEachPair(
                    dims,
                    targetStrides,
                    sourceStrides,
                    Layout.CHANNELS_FIRST,
                    (at, where) -> expected.set(to, at, source.get(from, where)));
            ElementCopy.copy(target.elements(to, dims, targetStrides), source.elements(from, dims, sourceStrides));
            for (long i = 0; i < targetSpan; i++) { // gaps too, which must be left alone
                if (Double.compare(target.get(to, i), expected.get(to, i)) != 0) {
                    assertThat(target.get(to, i))
                            .as("%s, element %d of memory, round %d, seed %d", dims, i, round, SEED)
                            .isEqualTo(expected.get(to, i));
                }
            }
            source.close();
            target.close();
            expected.close();
        }
    }

    /** The caller's buffer, of each kind, from a position that is not 0. */
    static Stream<FloatBuffer> buffers() {
        return Stream.of(
                FloatBuffer.allocate(20_003),
                ByteBuffer.allocateDirect(80_012).order(ByteOrder.BIG_ENDIAN).asFloatBuffer(),
                ByteBuffer.allocateDirect(80_012).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
    }

    @ParameterizedTest
    @EnumSource
    void copyFromAndTo_buffersOfEachKind_equalElementByElement(DataType type) {
        Dims dims = Dims.of(2, 9, 37, 30);
        buffers().forEach(buffer -> {
            var random = new Random(SEED);
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, (float) number(random));
            }
            buffer.position(3);
            for (Layout order : LAYOUTS) {
                try (Tensor tensor = Tensor.allocate(type, dims, 20_000, 1, 270, 9)) {
                    tensor.copyFrom(buffer, order);
                    FloatBuffer back = buffer.duplicate();
                    FloatBuffer seen = FloatBuffer.allocate(buffer.capacity()).put(buffer.duplicate());
                    tensor.copyTo(back, order);
                    assertThat(back.position()).isEqualTo(3);
                    var next = new int[1];
                    Strides.forEach(dims, Layout.CHANNELS_FIRST.strides(dims), order, place -> {
                        float number = seen.get(next[0]);
                        float expected = (float) type.round(number);
                        assertThat(tensor.get(place / 9990, place / 1110 % 9, place / 30 % 37, place % 30))
                                .isEqualTo(expected);
                        assertThat(back.get(3 + next[0]++)).isEqualTo(expected);
                    });
                    assertThat(back.get(20_002)).isEqualTo(seen.get(19_999)); // beyond the elements
                }
            }
        });
    }
}
