package io.github.faltung.benchmarks.peer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/** An ONNX model of one node in the making, its weights inside. */
final class OneNodeModel {
    static final String SRC = "x";
    static final String DST = "y";
    static final String WEIGHTS = "w";

    private static final int OPSET = 19;
    private static final int IR_VERSION = 10;

    private final NodeProto.Builder node = NodeProto.newBuilder();
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("layer");

    OneNodeModel(String operator) {
        node.setOpType(operator);
    }

    /** Adds the attributes that all kinds of convolution have. */
    OneNodeModel geometry(ConvolutionProblem problem) {
        List<AxisGeometry> axes = problem.axes();
        return ints("kernel_shape", each(axes, AxisGeometry::kernel))
                .ints("strides", each(axes, AxisGeometry::stride))
                .ints("dilations", each(axes, AxisGeometry::dilation))
                .ints(
                        "pads",
                        LongStream.concat(
                                each(axes, AxisGeometry::paddingL), each(axes, axis -> Math.max(0, axis.paddingR()))))
                .number("group", problem.descriptor().groups());
    }

    static LongStream each(List<AxisGeometry> axes, ToLongFunction<AxisGeometry> number) {
        return axes.stream().mapToLong(number);
    }

    OneNodeModel ints(String name, LongStream values) {
        node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values.boxed().toList()));
        return this;
    }

    OneNodeModel number(String name, long value) {
        node.addAttribute(AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value));
        return this;
    }

    /** Adds the next input, one of the model. */
    OneNodeModel input(String name, Dims dims) {
        node.addInput(name);
        graph.addInput(value(name, dims));
        return this;
    }

    /** Leaves the next input out. */
    OneNodeModel noInput() {
        node.addInput("");
        return this;
    }

    /** Adds the next input, a constant. */
    OneNodeModel weights(Dims dims, float[] values) {
        node.addInput(WEIGHTS);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(WEIGHTS)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(Arrays.stream(dims.toArray()).boxed().toList())
                .setRawData(ByteString.copyFrom(bytes.array())));
        return this;
    }

    /** Returns the model with its output, serialised. */
    byte[] bytes(Dims dst) {
        node.addOutput(DST);
        graph.addOutput(value(DST, dst));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph.addNode(node))
                .build()
                .toByteArray();
    }

    private static ValueInfoProto.Builder value(String name, Dims dims) {
        var shape = TensorShapeProto.newBuilder();
        Arrays.stream(dims.toArray())
                .forEach(extent ->
                        shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent)));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)));
    }
}
