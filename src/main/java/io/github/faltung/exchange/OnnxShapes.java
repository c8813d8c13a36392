package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.faltung.tensor.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a graph says about its values by name: how many axes of which extents, their type, and which operator computes them. */
final class OnnxShapes {
    /** An extent that has a name only, or none; some exporters write 0 or −1 for it. */
    static final long UNKNOWN = -1;

    private final Map<String, List<Long>> shapes = new HashMap<>();
    private final Map<String, Integer> types = new HashMap<>();
    private final Map<String, String> operators = new HashMap<>();

    OnnxShapes(GraphProto graph) {
        Stream.of(graph.getInputList(), graph.getValueInfoList(), graph.getOutputList())
                .flatMap(List::stream)
                .filter(value -> value.getType().getTensorType().hasShape())
                .forEach(value -> shapes.putIfAbsent(value.getName(), shape(value)));
        Stream.of(graph.getInputList(), graph.getValueInfoList(), graph.getOutputList())
                .flatMap(List::stream)
                .forEach(value -> types.putIfAbsent(
                        value.getName(), value.getType().getTensorType().getElemType()));
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> operators.put(output, node.getOpType()));
        }
    }

    private static List<Long> shape(ValueInfoProto value) {
        TypeProto.Tensor type = value.getType().getTensorType();
        return type.getShape().getDimList().stream()
                .map(dim -> dim.getDimValue() > 0 ? dim.getDimValue() : UNKNOWN)
                .toList();
    }

    /** Returns a value's extents, each perhaps {@link #UNKNOWN}; empty if the graph doesn't even say how many. */
    Optional<List<Long>> of(String name) {
        return Optional.ofNullable(shapes.get(name));
    }

    /**
     * Returns a value's type; empty if the graph doesn't say.
     *
     * @throws UnsupportedFeatureException if it is none of ours
     */
    Optional<DataType> type(String place, String name) throws ExchangeException {
        int number = types.getOrDefault(name, TensorProto.DataType.UNDEFINED_VALUE);
        return number == TensorProto.DataType.UNDEFINED_VALUE
                ? Optional.empty()
                : Optional.of(OnnxTensor.dataType(place, number));
    }

    /** Returns the operator that computes a value; empty for the graph's inputs and for initialisers. */
    Optional<String> operator(String name) {
        return Optional.ofNullable(operators.get(name));
    }
}
