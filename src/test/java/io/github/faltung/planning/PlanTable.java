package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Prints what the planner has to choose from: candidates with estimated and measured times. Arguments: a file of problems, a layout, a filter. */
final class PlanTable {
    private static final long WARM_UP_NANOS = 600_000_000;

    private PlanTable() {}

    public static void main(String[] args) throws Exception {
        Layout layout = Layout.valueOf(args[1]);
        String filter = args.length > 2 ? args[2] : "";
        int most = args.length > 3 ? Integer.parseInt(args[3]) : 24;
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (line.isBlank()
                    || line.startsWith("#")
                    || !java.util.regex.Pattern.compile(filter).matcher(line).find()) {
                continue;
            }
            ConvolutionProblem problem = ConvolutionProblem.parse(line);
            try (Engine engine = OneDnnEngine.open()) {
                var random = new SplittableRandom(1);
                var weights = new float[(int) problem.descriptor().weightsDims().elements()];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = (float) random.nextDouble(-1, 1);
                }
                var layers = new PlannedLayers(engine, new Parameters(weights, null));
                var planner = new Planner(engine, layers, PlanningOptions.DEFAULT);
                Storage src = Storage.source(problem.descriptor().types().src(), Part.dense(problem.srcDims(), layout));
                Storage dst =
                        Storage.destination(problem.descriptor().types().dst(), Part.dense(problem.dstDims(), layout));
                List<Proposal> all =
                        new Proposals(Formulations.ALL, Hardware.of(engine)).of(Planner.task(problem, src, dst));
                Map<String, Double> estimates = new HashMap<>();
                all.forEach(one -> estimates.putIfAbsent(one.text(), one.cost()));
                List<Routine> routines = planner.compile(problem, src, dst, all.stream(), most);
                String chosen = routines.get(0).program().formulation();
                warmUp(routines.get(0));
                List<Measurement.Timed> timed = Measurement.time(routines);
                double ofChosen = timed.stream()
                        .filter(one -> one.routine() == routines.get(0))
                        .findFirst()
                        .orElseThrow()
                        .nanos();
                double ofDirect = timed.stream()
                        .filter(one -> one.routine().program().formulation().equals("direct"))
                        .map(Measurement.Timed::nanos)
                        .findFirst()
                        .orElse(Double.NaN);
                System.out.printf(
                        "%s  [%d candidates]  best %.4f ms, direct/best %.2f, chosen/best %.3f (%s)%n",
                        line.replaceAll(".*n\"", "").replace("\"", ""),
                        all.size(),
                        timed.get(0).nanos() / 1e6,
                        ofDirect / timed.get(0).nanos(),
                        ofChosen / timed.get(0).nanos(),
                        chosen);
                int shown = 0;
                for (Measurement.Timed one : timed) {
                    if (shown++ < Integer.getInteger("shown", 6)
                            || one.routine().program().formulation().equals("direct")) {
                        System.out.printf(
                                "    %9.4f ms  (est %9.4f)  %s   {%s}%n",
                                one.nanos() / 1e6,
                                estimates.getOrDefault(one.routine().program().formulation(), 0.0) * 1e3,
                                one.routine().program().formulation(),
                                one.routine().explain().implementation());
                    }
                }
            }
        }
    }

    /** Has the virtual machine compile what every call runs. */
    private static void warmUp(Routine routine) {
        Storage source = routine.program().source();
        Storage destination = routine.program().destination();
        try (Tensor src = Tensor.allocate(
                        source.dataType(),
                        source.whole().dims(),
                        source.whole().part().strides());
                Tensor dst = Tensor.allocate(
                        destination.dataType(),
                        destination.whole().dims(),
                        destination.whole().part().strides())) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < WARM_UP_NANOS) {
                routine.tryRun(src, dst);
            }
        }
    }
}
