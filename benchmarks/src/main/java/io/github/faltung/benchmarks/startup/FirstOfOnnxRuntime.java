package io.github.faltung.benchmarks.startup;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/** The first result of ONNX Runtime, from a model file. */
final class FirstOfOnnxRuntime {
    private FirstOfOnnxRuntime() {}

    /** Takes the model, which {@code StartupModel} has written. */
    public static void main(String[] args) throws OrtException {
        long main = System.nanoTime();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] dims = {1, FirstLayer.CHANNELS, FirstLayer.SIZE, FirstLayer.SIZE};
        try (OrtSession session = environment.createSession(args[0]);
                OnnxTensor src = OnnxTensor.createTensor(environment, FloatBuffer.wrap(FirstLayer.src()), dims);
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), src))) {
            float[] dst = ((OnnxTensor) result.get(0)).getFloatBuffer().array();
            FirstLayer.print(main, dst);
        }
    }
}
