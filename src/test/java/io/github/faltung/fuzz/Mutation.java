package io.github.faltung.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Spoils sound inputs: cut, flipped, inflated, mixed, and with words put in that mean something to the reader. For one thread. */
final class Mutation {
    private static final int MOST_SPOILS = 4;
    private static final int MOST_BYTES = 1 << 16;

    /** Sizes and offsets that readers multiply, add to or allocate. */
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffff_ffffL,
        Long.MAX_VALUE
    };

    private final List<byte[]> sound;
    private final List<String> words;
    private final SplittableRandom random;

    /**
     * Prepares one.
     *
     * @param words of the input's format; may be none
     */
    Mutation(List<byte[]> sound, List<String> words, SplittableRandom random) {
        this.sound = sound;
        this.words = words;
        this.random = random;
    }

    /** Draws one of the inputs, spoilt in up to four places; one in sixteen stays sound. */
    byte[] draw() {
        byte[] bytes = any().clone();
        int spoils = random.nextInt(16) == 0 ? 0 : random.nextInt(1, MOST_SPOILS + 1);
        for (int i = 0; i < spoils; i++) {
            bytes = spoilt(bytes);
        }
        return bytes.length > MOST_BYTES ? Arrays.copyOf(bytes, MOST_BYTES) : bytes;
    }

    private byte[] any() {
        return sound.get(random.nextInt(sound.size()));
    }

    private byte[] spoilt(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + 1 + random.nextInt(1 << random.nextInt(7)));
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1, 2 -> flipped(bytes);
            case 3 -> replaced(bytes, at, end, new byte[0]);
            case 4 -> replaced(bytes, at, random.nextBoolean() ? at : end, word());
            case 5 -> replaced(bytes, at, at, repeated(Arrays.copyOfRange(bytes, Math.min(at, end), end)));
            case 6 -> replaced(bytes, at, end, filled(end - Math.min(at, end)));
            case 7 -> withNumber(bytes);
            default -> spliced(bytes, at);
        };
    }

    private byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        for (int i = random.nextInt(1, 4); i > 0 && flipped.length > 0; i--) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return flipped;
    }

    private byte[] word() {
        if (words.isEmpty() || random.nextInt(4) == 0) {
            var noise = new byte[random.nextInt(1, 9)];
            random.nextBytes(noise);
            return noise;
        }
        return words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] repeated(byte[] part) {
        int times = 1 << random.nextInt(8);
        var all = new byte[part.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(part, 0, all, i * part.length, part.length);
        }
        return all;
    }

    private byte[] filled(int length) {
        var bytes = new byte[length];
        Arrays.fill(bytes, random.nextBoolean() ? (byte) '9' : (byte) 0xff);
        return bytes;
    }

    /** Writes a number over what is there, of two, four or eight bytes, in either order. */
    private byte[] withNumber(byte[] bytes) {
        int length = 2 << random.nextInt(3);
        if (bytes.length < length) {
            return bytes;
        }
        byte[] changed = bytes.clone();
        ByteBuffer whole =
                ByteBuffer.wrap(changed).order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        int at = random.nextInt(changed.length - length + 1);
        switch (length) {
            case Short.BYTES -> whole.putShort(at, (short) number);
            case Integer.BYTES -> whole.putInt(at, (int) number);
            default -> whole.putLong(at, number);
        }
        return changed;
    }

    private byte[] spliced(byte[] bytes, int at) {
        byte[] other = any();
        int from = random.nextInt(other.length + 1);
        return replaced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        int end = Math.max(from, to);
        byte[] whole = Arrays.copyOf(bytes, from + by.length + bytes.length - end);
        System.arraycopy(by, 0, whole, from, by.length);
        System.arraycopy(bytes, end, whole, from + by.length, bytes.length - end);
        return whole;
    }
}
