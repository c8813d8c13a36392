package io.github.faltung.benchmarks.jmh;

import io.github.faltung.benchmarks.peer.EnginePeer;
import io.github.faltung.benchmarks.peer.RawLayer;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Making a layer, with its weights packed and its plan made by the first call, and closing it, in a JVM that is warm. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlanCreation {
    private final LayerWorkload workload = Layers.of(Layers.MIDDLE);
    private final Engine engine = EnginePeer.open();
    private final OpenLayer open = new OpenLayer(workload);
    private final Tensor src = open.newSrc();
    private final Tensor dst = open.newDst();
    private final Tensor weights =
            Tensor.of(workload.weights(), workload.problem().descriptor().weightsDims());

    /** This library. */
    @Benchmark
    public void faltung() {
        try (Convolution layer = engine.convolution(workload.problem().descriptor(), weights)) {
            layer.forward(src, dst);
        }
    }

    /** The bare C API, its source and destination filled and allocated each time. */
    @Benchmark
    public void raw() {
        try (RawLayer raw = RawLayer.of(workload)) {
            raw.run();
        }
    }

    /** Closes all. */
    @TearDown
    public void close() {
        engine.close();
        open.close();
        src.close();
        dst.close();
        weights.close();
    }
}
