package io.github.faltung.benchmarks.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.faltung.benchmarks.contest.Contender;
import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.contest.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/** A report as JSON, every figure of every round in it. */
record JsonReport(Report report, Map<String, String> machine) {
    void write(Path file) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeStringField("suite", report.name());
            for (var fact : machine.entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeNumberField("threads", report.threads());
            json.writeNumberField("rounds", report.rounds().rounds());
            if (report.roof() != null) {
                json.writeNumberField("roofGigaflops", report.roof().gigaflops());
                json.writeNumberField("gigabytesPerSecond", report.roof().gigabytesPerSecond());
            }
            json.writeStringField("summary", report.summary());
            json.writeArrayFieldStart("workloads");
            for (Heat heat : report.heats()) {
                write(heat, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(Heat heat, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", heat.workload().name());
        json.writeStringField("workload", heat.workload().text());
        json.writeNumberField("disturbedRounds", heat.disturbedRounds());
        number(json, "speedUpOverBestPeer", heat.speedUpOverBestPeer());
        if (heat.bestPeer().isPresent()) {
            json.writeStringField("bestPeer", heat.bestPeer().get().toString());
        }
        json.writeArrayFieldStart("measurements");
        for (Measurement one : heat.measured().values()) {
            write(heat, one, json);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("refused");
        for (var one : heat.refused().entrySet()) {
            json.writeStringField(one.getKey().toString(), one.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(Heat heat, Measurement one, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("contender", one.contender().toString());
        json.writeStringField("formulation", one.how().formulation());
        json.writeStringField("implementation", one.how().implementation());
        if (one.how().tellsBytes()) {
            json.writeNumberField("packedWeightsBytes", one.how().packedWeightsBytes());
            json.writeNumberField("scratchpadBytes", one.how().scratchpadBytes());
        }
        if (!Double.isNaN(one.worstRatio())) {
            json.writeNumberField("worstErrorInBounds", one.worstRatio());
        }
        json.writeNumberField("minimumMillis", one.minimum());
        json.writeNumberField("medianMillis", one.median());
        double gigaflops = Report.gigaflops(heat, one);
        if (!Double.isNaN(gigaflops)) {
            json.writeNumberField("gigaflops", gigaflops);
        }
        if (one.contender() != Contender.FALTUNG) {
            number(json, "faltungSpeedUp", heat.speedUpOver(one.contender()));
        }
        json.writeNumberField("callsPerRound", one.callsPerRound());
        json.writeFieldName("millis");
        json.writeArray(one.millis(), 0, one.millis().length);
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, OptionalDouble value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsDouble());
        }
    }
}
