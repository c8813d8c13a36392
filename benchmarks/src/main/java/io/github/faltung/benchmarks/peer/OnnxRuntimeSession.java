package io.github.faltung.benchmarks.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.faltung.tensor.Dims;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** A model of one node on ONNX Runtime, direct buffers in and out. */
final class OnnxRuntimeSession implements Prepared {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final FloatBuffer output;

    OnnxRuntimeSession(byte[] model, Dims dst, int threads, boolean spins) throws OrtException {
        environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.addConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
            session = environment.createSession(model, options);
        }
        output = OffHeap.zeros(dst.elements());
        outputs.put(OneNodeModel.DST, OnnxTensor.createTensor(environment, output, dst.toArray()));
    }

    OnnxRuntimeSession input(String name, float[] values, Dims dims) throws OrtException {
        inputs.put(name, OnnxTensor.createTensor(environment, OffHeap.of(values), dims.toArray()));
        return this;
    }

    @Override
    public void run() {
        try {
            session.run(inputs, outputs).close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed", e);
        }
    }

    @Override
    public float[] output() {
        return OffHeap.array(output);
    }

    @Override
    public How how() {
        return How.named("ONNX Runtime " + environment.getVersion() + " nchw");
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed to close", e);
        }
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
