package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** ONNX Runtime as a witness: it runs a whole network and hands out what flows between the nodes. */
public final class OnnxRuntime {
    private OnnxRuntime() {}

    /**
     * Runs a network of one input.
     *
     * <p>A value that is handed out is an output of the graph, so ONNX Runtime can't fuse the node that makes it with the next.
     *
     * @param input {@code [MB, C, spatial…]}, f32, read
     * @param names of f32 values that nodes make
     * @return the values by name, which the caller closes
     */
    public static Map<String, Tensor> values(byte[] model, Tensor input, Set<String> names)
            throws IOException, OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(withOutputs(model, names), options);
                OnnxTensor x = OnnxTensor.createTensor(
                        environment,
                        FloatBuffer.wrap(input.toFloatArray()),
                        input.dims().toArray());
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), x), names)) {
            var values = new HashMap<String, Tensor>();
            for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
                OnnxTensor value = (OnnxTensor) entry.getValue();
                values.put(
                        entry.getKey(),
                        Tensor.of(
                                value.getFloatBuffer(), Dims.of(value.getInfo().getShape())));
            }
            return values;
        }
    }

    /**
     * Runs a model of one input and one output, both of any type.
     *
     * @param x named as the input, its elements raw
     * @return its elements raw
     */
    public static TensorProto output(byte[] model, TensorProto x) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        byte[] bytes = x.getRawData().toByteArray();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length)
                .order(ByteOrder.nativeOrder())
                .put(bytes)
                .flip();
        long[] dims = x.getDimsList().stream().mapToLong(Long::longValue).toArray();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(model, options);
                OnnxTensor in = OnnxTensor.createTensor(environment, buffer, dims, javaType(x.getDataType()));
                OrtSession.Result result = session.run(Map.of(x.getName(), in))) {
            OnnxTensor out = (OnnxTensor) result.get(0);
            var y = TensorProto.newBuilder().setDataType(number(out.getInfo().type));
            for (long extent : out.getInfo().getShape()) {
                y.addDims(extent);
            }
            return y.setRawData(ByteString.copyFrom(out.getByteBuffer())).build();
        }
    }

    private static OnnxJavaType javaType(int type) {
        return switch (type) {
            case TensorProto.DataType.FLOAT_VALUE -> OnnxJavaType.FLOAT;
            case TensorProto.DataType.UINT8_VALUE -> OnnxJavaType.UINT8;
            case TensorProto.DataType.INT8_VALUE -> OnnxJavaType.INT8;
            default -> throw new IllegalArgumentException("no type of these tests: " + type);
        };
    }

    private static int number(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> TensorProto.DataType.FLOAT_VALUE;
            case UINT8 -> TensorProto.DataType.UINT8_VALUE;
            case INT8 -> TensorProto.DataType.INT8_VALUE;
            case INT32 -> TensorProto.DataType.INT32_VALUE;
            default -> throw new IllegalArgumentException("no type of these tests: " + type);
        };
    }

    private static byte[] withOutputs(byte[] model, Set<String> names) throws IOException {
        ModelProto.Builder proto = ModelProto.parseFrom(model).toBuilder();
        GraphProto.Builder graph = proto.getGraphBuilder().clearOutput();
        var f32 = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE));
        names.forEach(name ->
                graph.addOutput(ValueInfoProto.newBuilder().setName(name).setType(f32)));
        return proto.build().toByteArray();
    }
}
