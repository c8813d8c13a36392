package io.github.faltung.benchmarks.kernels;

import io.github.faltung.benchmarks.peer.RawLayer;
import io.github.faltung.benchmarks.workload.LayerFile;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures, for each layer, the implementations that oneDNN has for it, in turns, and prints how many times as fast as the first each is. Arguments: {@code nchw} or
 * {@code nhwc}, then files of layers.
 */
public final class Kernels {
    private static final int ROUNDS = 15;
    private static final double SECONDS = 0.5;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e-6;

    /** An implementation that is so many times as fast as the first is worth telling. */
    private static final double WORTH_TELLING = 1.1;

    private Kernels() {}

    /** The last line is {@code kernels: N layers, K of them with one that is 1.1 times as fast as the first, geomean of the fastest X.XXX, best Y.YY (NAME)}. */
    public static void main(String[] args) throws IOException {
        var gains = new ArrayList<Double>();
        String best = "";
        for (String file : List.of(args).subList(1, args.length)) {
            for (LayerWorkload layer : LayerFile.read(Path.of(file), LayerWorkload.layout(args[0]), name -> true)) {
                double gain = gain(layer);
                if (gains.stream().allMatch(other -> other < gain)) {
                    best = layer.name();
                }
                gains.add(gain);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "kernels: %d layers, %d of them with one that is %s times as fast as the first, geomean of the fastest %.3f, best %.2f (%s)%n",
                gains.size(),
                gains.stream().filter(gain -> gain >= WORTH_TELLING).count(),
                WORTH_TELLING,
                Math.exp(gains.stream().mapToDouble(Math::log).average().orElseThrow()),
                gains.stream().mapToDouble(gain -> gain).max().orElseThrow(),
                best);
    }

    /** Measures a layer's implementations, prints them, and returns how many times as fast as the first the fastest is. */
    private static double gain(LayerWorkload workload) {
        List<RawLayer> layers = RawLayer.ofEach(workload);
        try {
            double[] millis = medians(layers);
            System.out.println(workload.name() + ": "
                    + IntStream.range(0, millis.length)
                            .mapToObj(i -> String.format(
                                    Locale.ROOT,
                                    "%s %.4f ms (%.2f)",
                                    layers.get(i).how().implementation(),
                                    millis[i],
                                    millis[0] / millis[i]))
                            .collect(Collectors.joining(", ")));
            return millis[0] / Arrays.stream(millis).min().orElseThrow();
        } finally {
            layers.forEach(RawLayer::close);
        }
    }

    /** Each turn has an untimed call, which brings back what the others have driven out of the caches. */
    private static double[] medians(List<RawLayer> layers) {
        var times = new double[layers.size()][ROUNDS];
        int rounds = 0;
        long start = System.nanoTime();
        for (; rounds < ROUNDS && (rounds < 3 || System.nanoTime() - start < SECONDS * NANOS); rounds++) {
            for (int i = 0; i < times.length; i++) {
                layers.get(i).run();
                long begun = System.nanoTime();
                layers.get(i).run();
                times[i][rounds] = (System.nanoTime() - begun) * MILLIS;
            }
        }
        int done = rounds;
        return Arrays.stream(times)
                .mapToDouble(turns -> Arrays.stream(turns, 0, done).sorted().toArray()[done / 2])
                .toArray();
    }
}
