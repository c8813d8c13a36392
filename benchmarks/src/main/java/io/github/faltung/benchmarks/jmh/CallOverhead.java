package io.github.faltung.benchmarks.jmh;

import io.github.faltung.benchmarks.peer.RawLayer;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A call of a tiny layer beside the bare C API on the same one; with {@code -prof gc} what it allocates, which is to be nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CallOverhead {
    private final OpenLayer open = new OpenLayer(Layers.of(Layers.TINY));
    private final Tensor src = open.newSrc();
    private final Tensor dst = open.newDst();
    private final RawLayer raw = RawLayer.of(Layers.of(Layers.TINY));

    /** Makes the plan. */
    @Setup
    public void firstCall() {
        open.layer().forward(src, dst);
    }

    /** This library. */
    @Benchmark
    public void faltung() {
        open.layer().forward(src, dst);
    }

    /** The bare C API. */
    @Benchmark
    public void raw() {
        raw.run();
    }

    /** Closes all. */
    @TearDown
    public void close() {
        open.close();
        src.close();
        dst.close();
        raw.close();
    }
}
