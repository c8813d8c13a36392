package io.github.faltung.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;

/** The plots of a report. */
record Plots(Report report) {
    void write(Path folder) throws IOException {}
}
