package io.github.faltung.benchmarks;

import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import java.util.Arrays;
import java.util.List;

/** Who takes part. The first is the one that the others are compared with. */
enum Contender {
    /** This library. */
    FALTUNG("faltung"),
    /** ONNX Runtime with its default settings: idle threads spin. Channels first only, whatever the workload's layout. */
    ONNX_RUNTIME("onnxruntime"),
    /** ONNX Runtime whose idle threads sleep. */
    ONNX_RUNTIME_PASSIVE("onnxruntime-passive"),
    /** This library's definition of right, in plain Java. */
    REFERENCE("reference");

    private final String text;

    Contender(String text) {
        this.text = text;
    }

    static Contender named(String name) {
        return Arrays.stream(values())
                .filter(one -> one.text.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("contender must be one of " + names() + ", but was " + name));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Contender::toString).toList();
    }

    /** Makes a workload ready, to run on so many threads, the caller's counted. */
    Prepared prepare(Workload workload, int threads) {
        return switch (this) {
            case FALTUNG -> new EnginePrepared(OneDnnEngine.open(), workload);
            case ONNX_RUNTIME -> OnnxRuntimePrepared.of(workload, threads, true);
            case ONNX_RUNTIME_PASSIVE -> OnnxRuntimePrepared.of(workload, threads, false);
            case REFERENCE -> new EnginePrepared(new ReferenceEngine(), workload);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
