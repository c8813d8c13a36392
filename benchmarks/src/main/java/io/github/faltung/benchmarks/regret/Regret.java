package io.github.faltung.benchmarks.regret;

import io.github.faltung.benchmarks.workload.LayerFile;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.planning.PlanningEngine;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.planning.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Measures, for each layer, the ways that the planner's model finds most promising, and prints how long the one that it would have chosen
 * takes beside the fastest. Arguments: {@code nchw} or {@code nhwc}, then files of layers.
 */
public final class Regret {
    /** Layers that lose less are not printed. */
    private static final double TOLD = 1.1;

    private static final double MILLIS = 1e3;

    private Regret() {}

    /** A layer whose choice took so many times as long as the fastest. */
    private record Loss(String layer, double times, Way chosen, Way fastest) {
        static Loss of(String layer, List<Way> ways) {
            Way chosen = ways.stream()
                    .min(Comparator.comparingDouble(Way::estimatedSeconds))
                    .orElseThrow();
            Way fastest =
                    ways.stream().min(Comparator.comparingDouble(Loss::seconds)).orElseThrow();
            return new Loss(layer, seconds(chosen) / seconds(fastest), chosen, fastest);
        }

        private static double seconds(Way way) {
            return way.measuredSeconds().orElseThrow();
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%.2f %s: chosen %s %.4f ms, fastest %s %.4f ms",
                    times,
                    layer,
                    chosen.formulation(),
                    seconds(chosen) * MILLIS,
                    fastest.formulation(),
                    seconds(fastest) * MILLIS);
        }
    }

    /** The last line is {@code regret: N layers, median X.XXX, geomean X.XXX, worst X.XX (NAME)}. */
    public static void main(String[] args) throws IOException {
        var losses = new ArrayList<Loss>();
        PlanningOptions options = PlanningOptions.DEFAULT.withMode(PlanningOptions.Mode.MEASURE);
        try (PlanningEngine engine = PlanningEngine.over(OneDnnEngine.open(), options)) {
            for (String file : List.of(args).subList(1, args.length)) {
                for (LayerWorkload layer : LayerFile.read(Path.of(file), LayerWorkload.layout(args[0]), name -> true)) {
                    Loss loss = Loss.of(layer.name(), engine.ways(layer.problem(), layer.layout()));
                    losses.add(loss);
                    if (loss.times() > TOLD) {
                        System.out.println(loss.text());
                    }
                }
            }
        }
        losses.sort(Comparator.comparingDouble(Loss::times));
        double logarithms =
                losses.stream().mapToDouble(loss -> Math.log(loss.times())).sum();
        Loss worst = losses.get(losses.size() - 1);
        System.out.printf(
                Locale.ROOT,
                "regret: %d layers, median %.3f, geomean %.3f, worst %.2f (%s)%n",
                losses.size(),
                losses.get(losses.size() / 2).times(),
                Math.exp(logarithms / losses.size()),
                worst.times(),
                worst.layer());
    }
}
