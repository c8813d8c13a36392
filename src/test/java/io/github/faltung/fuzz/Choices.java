package io.github.faltung.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Bytes read as a sequence of decisions. Where they end, each decision is the first of what there is to choose. For one thread. */
final class Choices {
    private static final List<Integer> EXTREMES = List.of(
            0,
            -1,
            -2,
            Integer.MIN_VALUE,
            Integer.MIN_VALUE + 1,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE - 1,
            Integer.MAX_VALUE - 8,
            1 << 30,
            1 << 16,
            (1 << 16) + 1,
            46_341, // the least whose square exceeds an int
            1 << 12,
            1 << 20);

    private static final List<Float> NUMBERS = List.of(
            0f,
            1f,
            -0f,
            -1f,
            0.5f,
            1e-3f,
            127.5f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.MIN_VALUE,
            Float.MIN_NORMAL / 2,
            (float) Integer.MIN_VALUE,
            (float) Long.MAX_VALUE);

    private final byte[] bytes;
    private int at;

    Choices(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns a number from 0 to one less than the bound. */
    int below(int bound) {
        int value = next();
        for (int reach = 1 << Byte.SIZE; reach < bound && reach > 0; reach <<= Byte.SIZE) {
            value = value << Byte.SIZE | next();
        }
        return Math.floorMod(value, bound);
    }

    private int next() {
        return at < bytes.length ? Byte.toUnsignedInt(bytes[at++]) : 0;
    }

    /** Returns true once in so many times. */
    boolean oneIn(int times) {
        return below(times) == times - 1;
    }

    <T> T of(List<T> all) {
        return all.get(below(all.size()));
    }

    /** Returns mostly a small positive number, sometimes one at the edges of what an int holds. */
    int extent(int most) {
        return oneIn(12) ? of(EXTREMES) : 1 + below(most);
    }

    /** Returns several, most often as many as wanted. */
    int[] extents(int count, int most) {
        int length = oneIn(20) ? below(5) : count;
        return IntStream.range(0, length).map(i -> extent(most)).toArray();
    }

    /** Returns mostly a small number, sometimes one at the edges of what a long holds. */
    long index(int most) {
        if (!oneIn(10)) {
            return below(most + 1);
        }
        long extreme = of(EXTREMES);
        return switch (below(3)) {
            case 0 -> extreme;
            case 1 -> extreme << (Integer.SIZE - 1);
            default -> Long.MAX_VALUE / 2 + extreme;
        };
    }

    /** Returns one of the numbers that arithmetic trips over, or a whole one. */
    float number() {
        return oneIn(3) ? of(NUMBERS) : below(256) - 128;
    }

    float[] numbers(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = number();
        }
        return values;
    }

    /** Returns what is left. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, Math.min(at, bytes.length), bytes.length);
    }
}
