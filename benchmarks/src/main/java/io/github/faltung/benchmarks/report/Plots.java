package io.github.faltung.benchmarks.report;

import io.github.faltung.benchmarks.contest.Contender;
import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.contest.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** The plots of a report, as SVG. */
record Plots(Report report) {
    /** Draws how many times longer each opponent takes. */
    void speedUps(Path folder) throws IOException {
        var chart = new LayerChart("Speed-up of Faltung over each peer, " + report.name(), "speed-up", names());
        chart.mark("equal", 1);
        for (Contender contender : report.contenders()) {
            if (contender != Contender.FALTUNG) {
                chart.dots(contender.toString(), values(heat -> heat.speedUpOver(contender)));
            }
        }
        chart.write(folder.resolve("speed-up-" + report.name() + ".svg"));
    }

    /** Draws what each contender reaches beside what the machine can do. */
    void gigaflops(Path folder, double roof) throws IOException {
        var chart = new LayerChart("Operations a second, f32, " + report.name(), "GFLOP/s", names());
        chart.mark("roof", roof);
        for (Contender contender : report.contenders()) {
            chart.dots(contender.toString(), values(heat -> gigaflops(heat, contender)));
        }
        chart.write(folder.resolve("gigaflops-" + report.name() + ".svg"));
    }

    private static OptionalDouble gigaflops(Heat heat, Contender contender) {
        Measurement measurement = heat.measured().get(contender);
        return measurement == null ? OptionalDouble.empty() : OptionalDouble.of(Report.gigaflops(heat, measurement));
    }

    private List<String> names() {
        return report.heats().stream().map(heat -> heat.workload().name()).toList();
    }

    private List<OptionalDouble> values(Function<Heat, OptionalDouble> value) {
        return report.heats().stream().map(value).toList();
    }
}
