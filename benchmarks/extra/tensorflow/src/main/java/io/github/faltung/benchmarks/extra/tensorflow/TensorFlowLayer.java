package io.github.faltung.benchmarks.extra.tensorflow;

import io.github.faltung.benchmarks.peer.How;
import io.github.faltung.benchmarks.peer.Prepared;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** A layer as a graph of TensorFlow Java, channels last, weights inside. Each call makes the output's tensor: its API has no other way. */
final class TensorFlowLayer implements Prepared {
    private final LayerWorkload workload;
    private final Graph graph = new Graph();
    private final Session session;
    private final TFloat32 src;
    private final Placeholder<TFloat32> input;
    private final Operand<TFloat32> output;
    private Result result;

    TensorFlowLayer(LayerWorkload workload, int threads) {
        this.workload = workload;
        Ops tf = Ops.create(graph);
        var shapes = new LiftedShapes(workload.problem());
        input = tf.placeholder(TFloat32.class, Placeholder.shape(shapes.src()));
        output = new Convolutions(tf, workload, shapes).of(input);
        session = new Session(
                graph,
                ConfigProto.newBuilder()
                        .setIntraOpParallelismThreads(threads)
                        .setInterOpParallelismThreads(1)
                        .build());
        src = TFloat32.tensorOf(
                shapes.src(),
                DataBuffers.of(channelsLast(workload.src(), workload.problem().srcDims())));
        result = call();
    }

    private static float[] channelsLast(float[] values, Dims dims) {
        try (Tensor tensor = Tensor.of(values, dims)) {
            return tensor.toFloatArray(Layout.CHANNELS_LAST);
        }
    }

    static float[] spatialFirst(float[] values, Dims dims) {
        try (Tensor tensor = Tensor.of(values, dims)) {
            return tensor.toFloatArray(Layout.SPATIAL_FIRST);
        }
    }

    private Result call() {
        return session.runner().feed(input, src).fetch(output).run();
    }

    @Override
    public void run() {
        result.close();
        result = call();
    }

    @Override
    public float[] output() {
        Dims dims = workload.problem().dstDims();
        var values = new float[Math.toIntExact(dims.elements())];
        ((TFloat32) result.get(0)).asRawTensor().data().asFloats().read(values);
        try (Tensor tensor = Tensor.of(values, dims, Layout.CHANNELS_LAST)) {
            return tensor.toFloatArray(Layout.CHANNELS_FIRST);
        }
    }

    @Override
    public How how() {
        return How.named("TensorFlow Java, channels last");
    }

    @Override
    public void close() {
        result.close();
        src.close();
        session.close();
        graph.close();
    }

    /** Returns a shape of extents. */
    static Shape shape(long... extents) {
        return Shape.of(extents);
    }
}
