package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The constants of a graph by name: its initialisers, the outputs of its Constant nodes, and of Identity nodes of these. Decoded when they are asked for. */
final class OnnxConstants {
    private static final String CONSTANT = "Constant";

    private final String file;
    private final OnnxExternalData external;
    private final Map<String, TensorProto> dense = new HashMap<>();
    private final Set<String> sparse = new HashSet<>();
    private final Set<String> other = new HashSet<>();

    OnnxConstants(String file, OnnxExternalData external, GraphProto graph) throws ExchangeException {
        this.file = file;
        this.external = external;
        for (TensorProto tensor : graph.getInitializerList()) {
            add(tensor.getName(), tensor);
        }
        graph.getSparseInitializerList()
                .forEach(tensor -> sparse.add(tensor.getValues().getName()));
        for (NodeProto node : graph.getNodeList()) {
            if (isConstant(node) && node.getOutputCount() == 1) {
                add(node);
            } else if (isIdentity(node) && dense.containsKey(node.getInput(0))) {
                add(node.getOutput(0), Objects.requireNonNull(dense.get(node.getInput(0))));
            }
        }
    }

    static boolean isConstant(NodeProto node) {
        return node.getOpType().equals(CONSTANT);
    }

    /** Exporters share weights so. */
    private static boolean isIdentity(NodeProto node) {
        return node.getOpType().equals("Identity") && node.getInputCount() == 1 && node.getOutputCount() == 1;
    }

    private void add(NodeProto node) throws ExchangeException {
        String name = node.getOutput(0);
        if (node.getAttributeCount() == 1 && node.getAttribute(0).hasT()) {
            add(name, node.getAttribute(0).getT());
        } else if (node.getAttributeList().stream().anyMatch(AttributeProto::hasSparseTensor)) {
            sparse.add(name);
        } else {
            other.add(name);
        }
    }

    private void add(String name, TensorProto tensor) throws ExchangeException {
        if (dense.put(name, tensor) != null) {
            throw ExchangeException.broken(file, "constant", "must have a name of its own", "again '" + name + "'");
        }
    }

    boolean has(String name) {
        return dense.containsKey(name) || sparse.contains(name) || other.contains(name);
    }

    /** Copies a constant into a new tensor, which the caller closes. */
    Tensor tensor(String name) throws ExchangeException {
        String place = file + ": constant '" + name + "'";
        TensorProto tensor = dense.get(name);
        if (tensor != null) {
            return OnnxTensor.decode(place, external.inline(place, tensor));
        }
        if (sparse.contains(name)) {
            throw new UnsupportedFeatureException(place, "sparse initialisers");
        }
        throw new UnsupportedFeatureException(place, "Constant nodes of anything but a tensor");
    }

    /** Returns the elements of a constant of 64-bit integers. */
    List<Long> integers(String place, String name) throws ExchangeException {
        TensorProto constant = dense.get(name);
        if (constant == null || constant.getDataType() != TensorProto.DataType.INT64_VALUE) {
            throw new UnsupportedFeatureException(place, "axes that are no constant of INT64");
        }
        TensorProto tensor = external.inline(place, constant);
        if (!tensor.hasRawData()) {
            return tensor.getInt64DataList();
        }
        var values = new ArrayList<Long>();
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        while (raw.remaining() >= Long.BYTES) {
            values.add(raw.getLong());
        }
        return values;
    }
}
