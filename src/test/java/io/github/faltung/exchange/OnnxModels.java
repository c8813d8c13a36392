package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Models made for tests, with the classes of ONNX's own schema. */
public final class OnnxModels {
    private OnnxModels() {}

    /** A model with opset 22, an input x, an output y and the given nodes. */
    public static ModelProto.Builder model(NodeProto.Builder... nodes) {
        var graph = GraphProto.newBuilder()
                .setName("g")
                .addInput(ValueInfoProto.newBuilder().setName("x"))
                .addOutput(ValueInfoProto.newBuilder().setName("y"));
        Arrays.stream(nodes).forEach(graph::addNode);
        return ModelProto.newBuilder()
                .setIrVersion(10)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(22))
                .setGraph(graph);
    }

    /** A node of x and w, and more inputs, to y. */
    public static NodeProto.Builder node(String opType, String... moreInputs) {
        return NodeProto.newBuilder()
                .setName("n")
                .setOpType(opType)
                .addInput("x")
                .addInput("w")
                .addAllInput(List.of(moreInputs))
                .addOutput("y");
    }

    public static AttributeProto.Builder ints(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList());
    }

    public static AttributeProto.Builder integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value);
    }

    public static AttributeProto.Builder string(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value));
    }

    /** A tensor of 1, 2, 3…, raw. */
    public static TensorProto.Builder raw(String name, long... dims) {
        int elements = elements(dims);
        ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= elements; i++) {
            bytes.putFloat(i);
        }
        return empty(name, dims).setRawData(ByteString.copyFrom(bytes.array()));
    }

    /** A tensor of floats in the field that has their type. */
    public static TensorProto.Builder typed(String name, float[] values, long... dims) {
        TensorProto.Builder tensor = empty(name, dims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor;
    }

    /** A float tensor without data. */
    public static TensorProto.Builder empty(String name, long... dims) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(Arrays.stream(dims).boxed().toList());
    }

    /** The same model with an initialiser more. */
    public static ModelProto.Builder with(ModelProto.Builder model, TensorProto.Builder... initialisers) {
        for (TensorProto.Builder initialiser : initialisers) {
            model.getGraphBuilder().addInitializer(initialiser);
        }
        return model;
    }

    /** A value of floats and its extents; 0 for one that has a name only. */
    public static ValueInfoProto.Builder value(String name, long... dims) {
        var shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDim(
                    dim == 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("n")
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)));
    }

    /** A value of a type whose shape is left open. */
    static ValueInfoProto.Builder value(String name, int type) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type)));
    }

    /** The value that a tensor is given for. */
    static ValueInfoProto.Builder value(TensorProto.Builder tensor) {
        ValueInfoProto.Builder value = value(
                tensor.getName(),
                tensor.getDimsList().stream().mapToLong(Long::longValue).toArray());
        value.getTypeBuilder().getTensorTypeBuilder().setElemType(tensor.getDataType());
        return value;
    }

    /** A raw tensor of random reals from −1 to 1. */
    static TensorProto.Builder reals(String name, SplittableRandom random, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * elements(dims)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) random.nextDouble(-1, 1));
        }
        return empty(name, dims).setRawData(ByteString.copyFrom(bytes.array()));
    }

    /** A raw tensor of random integers of all that an 8-bit type holds. */
    static TensorProto.Builder integers(String name, int type, SplittableRandom random, long... dims) {
        var bytes = new byte[elements(dims)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return empty(name, dims).setDataType(type).setRawData(ByteString.copyFrom(bytes));
    }

    /** Signed integers from −64 to 63. */
    static TensorProto.Builder sevenBits(String name, SplittableRandom random, long... dims) {
        var bytes = new byte[elements(dims)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(-64, 64);
        }
        return empty(name, dims).setDataType(DataType.INT8_VALUE).setRawData(ByteString.copyFrom(bytes));
    }

    private static int elements(long... dims) {
        return (int) Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    static OnnxModel parse(ModelProto.Builder model) throws ExchangeException {
        return OnnxModel.parse("m.onnx", null, model.build().toByteArray());
    }
}
