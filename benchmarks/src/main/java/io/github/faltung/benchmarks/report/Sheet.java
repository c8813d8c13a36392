package io.github.faltung.benchmarks.report;

import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.workload.PictureWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a report tells of its kind of workloads. */
interface Sheet {
    /** Returns the sheet for a report's workloads. */
    static Sheet of(Report report) {
        return report.heats().stream().anyMatch(heat -> heat.workload() instanceof PictureWorkload)
                ? new PictureSheet(report)
                : new LayerSheet(report);
    }

    /** Returns the table's heading. */
    List<String> heading();

    /** Returns the table's row of a workload. */
    List<String> row(Heat heat);

    /** Returns lines for below the table, each with its end. */
    String notes();

    /** Returns the last line. */
    String summary();

    /** Writes the plots. */
    void plot(Path folder) throws IOException;
}
