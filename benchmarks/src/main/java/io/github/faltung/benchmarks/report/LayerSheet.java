package io.github.faltung.benchmarks.report;

import static io.github.faltung.benchmarks.report.Figures.NOTHING;
import static io.github.faltung.benchmarks.report.Figures.millis;
import static io.github.faltung.benchmarks.report.Figures.number;
import static io.github.faltung.benchmarks.report.Figures.ratio;

import io.github.faltung.benchmarks.contest.Contender;
import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.contest.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a report tells of layers: operations a second, what runs, the best peer. */
record LayerSheet(Report report) implements Sheet {
    private static final double MEGA = 1e6;

    @Override
    public List<String> heading() {
        var row = new ArrayList<String>(List.of("layer", "faltung ms", "GFLOP/s", "of roof"));
        for (Contender other : report.others()) {
            row.add(other + " ms");
            row.add("speed-up");
        }
        row.addAll(List.of("over best", "faltung runs", "native MB"));
        if (report.contenders().contains(Contender.RAW)) {
            row.add("raw runs");
        }
        return row;
    }

    @Override
    public List<String> row(Heat heat) {
        Measurement ours = heat.measured().get(Contender.FALTUNG);
        double gigaflops = ours == null ? Double.NaN : Report.gigaflops(heat, ours);
        var row = new ArrayList<String>(List.of(
                heat.workload().name(),
                ours == null ? "refused" : millis(ours.median()),
                number("%.1f", gigaflops),
                report.roof() == null
                        ? NOTHING
                        : number("%.0f%%", gigaflops / report.roof().gigaflops() * 100)));
        for (Contender other : report.others()) {
            Measurement theirs = heat.measured().get(other);
            row.add(theirs == null ? "refused" : millis(theirs.median()));
            row.add(ratio(heat.speedUpOver(other)));
        }
        row.add(ratio(heat.speedUpOverBestPeer()));
        row.add(
                ours == null
                        ? NOTHING
                        : ours.how().formulation() + ", " + ours.how().implementation());
        row.add(
                ours == null || !ours.how().tellsBytes()
                        ? NOTHING
                        : number(
                                "%.2f",
                                (ours.how().packedWeightsBytes() + ours.how().scratchpadBytes()) / MEGA));
        if (report.contenders().contains(Contender.RAW)) {
            Measurement raw = heat.measured().get(Contender.RAW);
            row.add(raw == null ? NOTHING : raw.how().implementation());
        }
        return row;
    }

    @Override
    public String notes() {
        return "";
    }

    /** Returns geometric means and worst layers. */
    @Override
    public String summary() {
        Summary best = Summary.of(report.heats(), Heat::speedUpOverBestPeer);
        Summary raw = Summary.of(report.heats(), heat -> heat.speedUpOver(Contender.RAW));
        return "geomean over best peer " + best.text("worst layer") + "; geomean over raw " + raw.text("worst");
    }

    @Override
    public void plot(Path folder) throws IOException {
        if (report.roof() != null) {
            var plots = new Plots(report);
            plots.speedUps(folder);
            plots.gigaflops(folder, report.roof().gigaflops());
        }
    }
}
