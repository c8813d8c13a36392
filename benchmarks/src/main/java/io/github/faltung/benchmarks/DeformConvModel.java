package io.github.faltung.benchmarks;

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
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.LongStream;

/** An ONNX model of one DeformConv node, its weights inside. */
final class DeformConvModel {
    static final String SRC = "x";
    static final String OFFSETS = "offsets";
    static final String MASK = "mask";
    static final String DST = "y";

    private static final String WEIGHTS = "w";
    private static final int OPSET = 19;
    private static final int IR_VERSION = 10;

    private DeformConvModel() {}

    /** Returns the model, serialised. */
    static byte[] of(Workload workload) {
        var problem = Workload.PROBLEM;
        NodeProto.Builder node = node(problem.convolution())
                .addInput(SRC)
                .addInput(WEIGHTS)
                .addInput(OFFSETS)
                .addOutput(DST);
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("deformable")
                .addInput(value(SRC, problem.srcDims()))
                .addInput(value(OFFSETS, problem.offsetsDims()))
                .addOutput(value(DST, problem.dstDims()))
                .addInitializer(weights(problem.descriptor().convolution().weightsDims(), workload.weights()));
        if (workload.masked()) {
            node.addInput("").addInput(MASK); // no bias
            graph.addInput(value(MASK, problem.maskDims()));
        }
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph.addNode(node))
                .build()
                .toByteArray();
    }

    private static NodeProto.Builder node(ConvolutionProblem problem) {
        var axes = LongStream.range(0, 2)
                .mapToObj(axis -> problem.axis((int) axis))
                .toList();
        return NodeProto.newBuilder()
                .setOpType("DeformConv")
                .addAttribute(ints("kernel_shape", axes.stream().mapToLong(axis -> axis.kernel())))
                .addAttribute(ints("strides", axes.stream().mapToLong(axis -> axis.stride())))
                .addAttribute(ints("dilations", axes.stream().mapToLong(axis -> axis.dilation())))
                .addAttribute(ints(
                        "pads",
                        LongStream.concat(
                                axes.stream().mapToLong(axis -> axis.paddingL()),
                                axes.stream().mapToLong(axis -> axis.paddingR()))));
    }

    private static AttributeProto.Builder ints(String name, LongStream values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values.boxed().toList());
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

    private static TensorProto.Builder weights(Dims dims, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(WEIGHTS)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(Arrays.stream(dims.toArray()).boxed().toList())
                .setRawData(ByteString.copyFrom(bytes.array()));
    }
}
