package io.github.faltung.benchmarks.jmh;

import io.github.faltung.benchmarks.workload.LayerWorkload;
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
import org.openjdk.jmh.annotations.Warmup;

/** The first call in a new JVM: natives loaded, engine opened, layer made, computed once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(7)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class FirstCall {
    private final LayerWorkload workload = Layers.of(Layers.MIDDLE);

    /** Returns a number of the output. */
    @Benchmark
    public float faltung() {
        try (var open = new OpenLayer(workload);
                Tensor src = open.newSrc();
                Tensor dst = open.newDst()) {
            open.layer().forward(src, dst);
            return dst.get(0, 0, 0, 0);
        }
    }
}
