package io.github.faltung.tensor;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many bytes a second {@link Tensor#copyFrom(Tensor)} and the copies from and to arrays read and write, for each pair of types, in the
 * same order and from channels first to last. One thread; the best of some rounds after a warm-up. Not a test: speed has none.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.github.faltung.tensor.ConversionSpeed -Dexec.args=1x64x256x256
 * </pre>
 */
final class ConversionSpeed {
    private static final long WARM_UP_NANOS = 200_000_000;
    private static final int ROUNDS = 21;

    private ConversionSpeed() {}

    /** Prints a table for each of the dims named, such as {@code 8x64x56x56}. */
    public static void main(String[] args) {
        for (String arg : args.length == 0 ? List.of("8x64x112x112", "8x3x512x512") : List.of(args)) {
            Dims dims = Dims.of(
                    Stream.of(arg.split("x", -1)).mapToLong(Long::parseLong).toArray());
            print(dims + ", GB/s, same order", dims, Layout.CHANNELS_FIRST);
            print(dims + ", GB/s, channels first to last", dims, Layout.CHANNELS_LAST);
        }
    }

    private static void print(String title, Dims dims, Layout order) {
        System.out.printf(
                "%s%n%8s%s%8s%n",
                title, "", Stream.of(DataType.values()).map("%8s"::formatted).collect(Collectors.joining()), "float[]");
        var values = new float[(int) dims.elements()];
        var random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 200 - 100;
        }
        for (DataType from : DataType.values()) {
            try (Tensor source = Tensor.allocate(from, dims, Layout.CHANNELS_FIRST)) {
                source.copyFrom(values, Layout.CHANNELS_FIRST);
                System.out.printf("%8s", from);
                for (DataType to : DataType.values()) {
                    try (Tensor target = Tensor.allocate(to, dims, order)) {
                        print(dims.elements() * (from.bytes() + to.bytes()), () -> target.copyFrom(source));
                    }
                }
                print(dims.elements() * (from.bytes() + Float.BYTES), () -> source.copyTo(values, order));
                System.out.println();
            }
        }
        System.out.printf("%8s", "float[]");
        for (DataType to : DataType.values()) {
            try (Tensor target = Tensor.allocate(to, dims, order)) {
                print(
                        dims.elements() * (Float.BYTES + to.bytes()),
                        () -> target.copyFrom(values, Layout.CHANNELS_FIRST));
            }
        }
        System.out.println();
    }

    private static void print(long bytes, Runnable copy) {
        for (long start = System.nanoTime(); System.nanoTime() - start < WARM_UP_NANOS; ) {
            copy.run();
        }
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            copy.run();
            best = Math.max(best, (double) bytes / (System.nanoTime() - start));
        }
        System.out.printf(Locale.ROOT, "%8.2f", best);
    }
}
