package io.github.faltung.benchmarks.jmh;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Arrays of the heap in and out beside off-heap tensors, channels first: over a millisecond the arrays are to cost at most a sixth. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeapEntry {
    /** The layer's line. */
    @Param({Layers.MIDDLE, Layers.LARGE})
    private String line = Layers.MIDDLE;

    private LayerWorkload workload = LayerWorkload.of(line, Layout.CHANNELS_FIRST);
    private OpenLayer open = new OpenLayer(workload);
    private Tensor src = open.newSrc();
    private Tensor dst = open.newDst();
    private float[] array = workload.src();
    private float[] result = dst.toFloatArray();

    /** Takes the parameter over. */
    @Setup
    public void prepare() {
        close();
        workload = LayerWorkload.of(line, Layout.CHANNELS_FIRST);
        open = new OpenLayer(workload);
        src = open.newSrc();
        dst = open.newDst();
        array = workload.src();
        result = dst.toFloatArray();
    }

    /** Off-heap tensors. */
    @Benchmark
    public void tensors() {
        open.layer().forward(src, dst);
    }

    /** Arrays: a new one comes out of each call. */
    @Benchmark
    public float[] arrays() {
        return open.layer().forward(array, workload.problem().srcDims());
    }

    /** Arrays: the result comes in one that is reused. */
    @Benchmark
    public float[] reusedArrays() {
        open.layer().forward(array, workload.problem().srcDims(), result);
        return result;
    }

    /** Arrays copied into tensors that are reused, and out of them. */
    @Benchmark
    public float[] arraysThroughTensors() {
        src.copyFrom(array, Layout.CHANNELS_FIRST);
        open.layer().forward(src, dst);
        dst.copyTo(result, Layout.CHANNELS_FIRST);
        return result;
    }

    /** Closes all. */
    @TearDown
    public void close() {
        open.close();
        src.close();
        dst.close();
    }
}
