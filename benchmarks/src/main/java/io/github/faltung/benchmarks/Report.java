package io.github.faltung.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a suite has found, as a table and as JSON.
 *
 * @param measurements workload by workload, in each the contender that the others are compared with first
 */
record Report(String suite, int threads, Rounds rounds, List<Measurement> measurements) {
    /** Returns the table, a line for each measurement. */
    String table() {
        var text = new StringBuilder(String.format(
                "%-10s %-20s %9s %9s %9s  %s%n", "workload", "contender", "min ms", "median ms", "x slower", "how"));
        for (Measurement one : measurements) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-10s %-20s %9.3f %9.3f %9.2f  %s%n",
                    one.workload().name(),
                    one.contender(),
                    one.minimum(),
                    one.median(),
                    one.timesSlowerThan(first(one.workload())),
                    one.how()));
        }
        return text.toString();
    }

    private Measurement first(Workload workload) {
        return measurements.stream()
                .filter(one -> one.workload().equals(workload))
                .findFirst()
                .orElseThrow();
    }

    /** Writes {@code results.json}. */
    void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try (JsonGenerator json = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeStringField("suite", suite);
            for (var fact : machine().entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeNumberField("threads", threads);
            json.writeNumberField("rounds", rounds.rounds());
            json.writeArrayFieldStart("measurements");
            for (Measurement one : measurements) {
                write(one, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static Map<String, String> machine() {
        OneDnnInfo info = OneDnnEngine.info();
        return new TreeMap<>(Map.of(
                "system", System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                "jdk", Runtime.version().toString(),
                "processors", Integer.toString(Runtime.getRuntime().availableProcessors()),
                "isa", info.effectiveIsa(),
                "onednn", info.version()));
    }

    private void write(Measurement one, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("workload", one.workload().name());
        json.writeStringField("contender", one.contender().toString());
        json.writeStringField("how", one.how());
        json.writeNumberField("minimumMillis", one.minimum());
        json.writeNumberField("medianMillis", one.median());
        json.writeNumberField("timesSlower", one.timesSlowerThan(first(one.workload())));
        json.writeNumberField("callsPerRound", one.callsPerRound());
        json.writeFieldName("millis");
        json.writeArray(one.millis(), 0, one.millis().length);
        json.writeEndObject();
    }
}
