package io.github.faltung.benchmarks.report;

import io.github.faltung.benchmarks.contest.Contender;
import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.contest.Measurement;
import io.github.faltung.benchmarks.contest.Roof;
import io.github.faltung.benchmarks.contest.Rounds;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a suite.
 *
 * @param name of the suite's kind, in the files' names: {@code nchw}, {@code nhwc}, {@code deformable}, {@code images}
 * @param contenders who took part, this library first
 * @param roof what the machine can do; {@code null} if that was not measured
 */
public record Report(
        String name,
        int threads,
        Rounds rounds,
        List<Contender> contenders,
        @Nullable Roof roof,
        List<Heat> heats) {

    private static final double MEGA = 1e6;

    /** Returns the table for a terminal, notes and refusals below it. */
    public String text() {
        return table().text() + notes();
    }

    private Table table() {
        var table = new Table();
        Sheet sheet = Sheet.of(this);
        table.add(sheet.heading());
        heats.forEach(heat -> table.add(sheet.row(heat)));
        return table;
    }

    /** Returns who takes part beside this library. */
    List<Contender> others() {
        return contenders.stream().filter(one -> one != Contender.FALTUNG).toList();
    }

    /** Returns 1e9 operations a second, at the median; NaN if the workload does not tell how many it has. */
    static double gigaflops(Heat heat, Measurement measurement) {
        return heat.workload() instanceof LayerWorkload layer
                ? layer.operations() / measurement.median() / MEGA
                : Double.NaN;
    }

    private String notes() {
        return Sheet.of(this).notes() + refusals();
    }

    /** Returns who refused what and why: a line for each contender and reason. */
    private String refusals() {
        var layers = new LinkedHashMap<String, List<String>>();
        for (Heat heat : heats) {
            heat.refused()
                    .forEach((contender, reason) -> layers.computeIfAbsent(
                                    contender + ", " + reason, key -> new ArrayList<>())
                            .add(heat.workload().name()));
        }
        var text = new StringBuilder();
        layers.forEach((reason, names) -> text.append("refused by ")
                .append(reason)
                .append(": ")
                .append(String.join(" ", names))
                .append('\n'));
        List<String> disturbed = heats.stream()
                .filter(heat -> heat.disturbedRounds() > 0)
                .map(heat -> heat.workload().name() + " (" + heat.disturbedRounds() + ")")
                .toList();
        if (!disturbed.isEmpty()) {
            text.append("not to be trusted, since others computed on the machine in so many of the rounds: ");
            text.append(String.join(" ", disturbed)).append('\n');
        }
        return text.toString();
    }

    /** Returns the last line: geometric means and the worst workload. */
    public String summary() {
        return Sheet.of(this).summary();
    }

    /** Writes JSON, Markdown and plots. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, String> machine = Machine.facts();
        new JsonReport(this, machine).write(folder.resolve("results-" + name + ".json"));
        Files.writeString(folder.resolve("results-" + name + ".md"), markdown(machine));
        Sheet.of(this).plot(folder);
    }

    private String markdown(Map<String, String> machine) {
        var text = new StringBuilder("# Results: " + name + "\n\n");
        machine.forEach((fact, value) ->
                text.append("- ").append(fact).append(": ").append(value).append('\n'));
        text.append("- threads: ").append(threads).append('\n');
        if (roof != null) {
            text.append(String.format(
                    Locale.ROOT, "- roof: %.0f GFLOP/s f32, %.0f GB/s%n", roof.gigaflops(), roof.gigabytesPerSecond()));
        }
        text.append("\nTimes are medians of ").append(rounds.rounds());
        text.append(" rounds; a speed-up is the median of the ratios within a round.\n\n");
        text.append(table().markdown()).append('\n');
        notes().lines().forEach(line -> text.append("- ").append(line).append('\n'));
        return text.append('\n').append(summary()).append('\n').toString();
    }
}
