package io.github.faltung.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.faltung.tensor.Dims;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/** A workload on ONNX Runtime: one DeformConv node, direct buffers in and out. */
final class OnnxRuntimePrepared implements Prepared {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final FloatBuffer output;

    private OnnxRuntimePrepared(Workload workload, int threads, boolean spins) throws OrtException {
        environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.addConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
            session = environment.createSession(DeformConvModel.of(workload), options);
        }
        var problem = Workload.PROBLEM;
        inputs.put(DeformConvModel.SRC, tensor(buffer(workload.src()), problem.srcDims()));
        inputs.put(DeformConvModel.OFFSETS, tensor(buffer(workload.offsets()), problem.offsetsDims()));
        if (workload.masked()) {
            inputs.put(DeformConvModel.MASK, tensor(buffer(workload.mask()), problem.maskDims()));
        }
        output = buffer(new float[(int) problem.dstDims().elements()]);
        outputs.put(DeformConvModel.DST, tensor(output, problem.dstDims()));
    }

    static OnnxRuntimePrepared of(Workload workload, int threads, boolean spins) {
        try {
            return new OnnxRuntimePrepared(workload, threads, spins);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refuses the model", e);
        }
    }

    private static FloatBuffer buffer(float[] values) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return buffer.put(values).rewind();
    }

    private OnnxTensor tensor(FloatBuffer values, Dims dims) throws OrtException {
        return OnnxTensor.createTensor(environment, values, dims.toArray());
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
        var values = new float[output.capacity()];
        output.get(0, values);
        return values;
    }

    @Override
    public String how() {
        return "ONNX Runtime " + environment.getVersion() + ", nchw";
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
