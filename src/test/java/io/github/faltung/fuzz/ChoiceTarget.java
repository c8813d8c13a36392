package io.github.faltung.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** A target whose input is a sequence of decisions: any bytes are. */
abstract class ChoiceTarget extends FuzzTarget {
    private static final int MOST_BYTES = 192;

    ChoiceTarget(String name, List<Class<? extends Exception>> documented) {
        super(name, documented);
    }

    @Override
    final List<byte[]> seeds() {
        return List.of(new byte[1], new byte[MOST_BYTES]);
    }

    @Override
    final byte[] next(SplittableRandom random) {
        var bytes = new byte[random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    final void feed(byte[] input) throws Exception {
        feed(new Choices(input));
    }

    /** Does as {@link #feed(byte[])} does. */
    abstract void feed(Choices choices) throws Exception;
}
