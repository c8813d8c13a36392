package io.github.faltung.benchmarks.jmh;

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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One layer called by one thread and by two, each computing alone: {@code OMP_NUM_THREADS} must be 1. Two are to do twice as much. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConcurrentCallers {
    /** The layer that all callers share. */
    @State(Scope.Benchmark)
    public static class Shared {
        private final OpenLayer open = new OpenLayer(Layers.of(Layers.MIDDLE));

        /** Checks the number of threads. */
        public Shared() {
            String threads = System.getenv("OMP_NUM_THREADS");
            if (!"1".equals(threads)) {
                throw new IllegalStateException("OMP_NUM_THREADS must be 1, but was " + threads);
            }
        }

        /** Closes the layer. */
        @TearDown
        public void close() {
            open.close();
        }
    }

    /** A caller's own tensors. */
    @State(Scope.Thread)
    public static class Own {
        private final Tensor src;
        private final Tensor dst;

        /** Allocates them. */
        public Own() {
            try (var open = new OpenLayer(Layers.of(Layers.MIDDLE))) {
                src = open.newSrc();
                dst = open.newDst();
            }
        }

        /** Frees them. */
        @TearDown
        public void close() {
            src.close();
            dst.close();
        }
    }

    /** One caller. */
    @Benchmark
    @Threads(1)
    public void one(Shared shared, Own own) {
        shared.open.layer().forward(own.src, own.dst);
    }

    /** Two callers. */
    @Benchmark
    @Threads(2)
    public void two(Shared shared, Own own) {
        shared.open.layer().forward(own.src, own.dst);
    }
}
