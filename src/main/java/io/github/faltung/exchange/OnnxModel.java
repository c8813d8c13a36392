package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The convolution and pooling nodes of an ONNX model, with their weights. What else the model has is not looked at, subgraphs and other
 * operators' attributes included.
 *
 * <p>Immutable and thread-safe. Holds the file's bytes, not those of external data; nothing to close.
 */
public final class OnnxModel {
    /** From this version of the format on a model says its operator sets; before, there was only the first (ONNX 1.22, docs/IR.md). */
    private static final int IR_WITH_OPSETS = 3;

    private final String file;
    private final int opset;
    private final List<OnnxNode> nodes;
    private final List<String> otherOperators;
    private final Map<String, NodeProto> otherNodes = new HashMap<>();
    private final List<String> inputs;
    private final List<String> outputs;
    private final OnnxConstants constants;
    private final OnnxShapes shapes;

    private OnnxModel(String file, @Nullable Path folder, ModelProto model) throws ExchangeException {
        this.file = file;
        GraphProto graph = model.getGraph();
        opset = opset(model);
        constants = new OnnxConstants(file, new OnnxExternalData(folder), graph);
        inputs = graph.getInputList().stream().map(value -> value.getName()).toList();
        outputs = graph.getOutputList().stream().map(value -> value.getName()).toList();
        shapes = new OnnxShapes(graph);
        var known = new ArrayList<OnnxNode>();
        var others = new ArrayList<String>();
        for (NodeProto node : graph.getNodeList()) {
            OnnxKind kind =
                    isOnnx(node.getDomain()) ? OnnxKind.of(node.getOpType()).orElse(null) : null;
            if (kind != null) {
                known.add(node(kind, node));
            } else if (!OnnxConstants.isConstant(node)) {
                node.getOutputList().forEach(output -> otherNodes.put(output, node));
                others.add(isOnnx(node.getDomain()) ? node.getOpType() : node.getDomain() + ":" + node.getOpType());
            }
        }
        nodes = List.copyOf(known);
        otherOperators = List.copyOf(others);
    }

    /** Returns the type of a pooling's source: the tensor's, else what the graph says, else f32. */
    DataType sourceType(OnnxNode node, Map<String, Tensor> values) throws ExchangeException {
        String name = node.inputs().get(0);
        Tensor src = values.get(name);
        return src != null ? src.dataType() : shapes.type(node.place(), name).orElse(DataType.F32);
    }

    /** Returns the pooling of another type. */
    static PoolingDescriptor typed(OnnxNode node, PoolingDescriptor layer, DataType type)
            throws UnsupportedFeatureException {
        try {
            return layer.withDataType(type);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFeatureException(node.place(), "element type " + type + " of X");
        }
    }

    /**
     * Returns the models at or below a path that stand alone, sorted: the file itself, or every {@code .onnx} file without data sets of a
     * backend test beside it.
     *
     * @throws IOException if a folder can't be read
     */
    public static List<Path> below(Path fileOrFolder) throws IOException {
        try (Stream<Path> files = Files.walk(fileOrFolder)) {
            List<Path> models = files.filter(Files::isRegularFile)
                    .filter(file -> file.equals(fileOrFolder) || file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
            var alone = new ArrayList<Path>();
            for (Path model : models) {
                if (model.equals(fileOrFolder) || !OnnxTestCase.isModelOfTests(model)) {
                    alone.add(model);
                }
            }
            return alone;
        }
    }

    /**
     * Reads a model of less than 2 GiB. Weights that it keeps in files of their own, which must lie beside it or below, are read when a layer is
     * made of them, each less than 2 GiB.
     *
     * @throws UnsupportedFeatureException if its operator set is newer than the newest known
     * @throws ExchangeException if the file is no model, or one of the nodes is broken
     * @throws IOException if the file can't be read
     */
    public static OnnxModel read(Path file) throws IOException {
        byte[] bytes = InputFile.bytes(file);
        // As the system finds it: a link may lead elsewhere than its name says.
        Path folder = file.toAbsolutePath().getParent();
        return parse(file.toString(), folder == null ? null : folder.toRealPath(), bytes);
    }

    static OnnxModel parse(String file, @Nullable Path folder, byte[] bytes) throws ExchangeException {
        try {
            var input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            // Weights stay where they are in the file's bytes.
            input.enableAliasing(true);
            ModelProto model = ModelProto.parser().parseFrom(input);
            if (!model.hasGraph()) {
                throw new ExchangeException(file, "must be an ONNX model, but has no graph");
            }
            return new OnnxModel(file, folder, model);
        } catch (InvalidProtocolBufferException e) {
            throw new ExchangeException(file, "must be an ONNX model: " + e.getMessage(), e);
        }
    }

    private static boolean isOnnx(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private int opset(ModelProto model) throws ExchangeException {
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (isOnnx(set.getDomain())) {
                if (set.getVersion() < 1) {
                    throw ExchangeException.broken(file, "opset", "must be at least 1", set.getVersion());
                }
                if (set.getVersion() > OnnxKind.NEWEST_OPSET) {
                    throw new UnsupportedFeatureException(
                            file, "opset " + set.getVersion() + ", the newest known is " + OnnxKind.NEWEST_OPSET);
                }
                return (int) set.getVersion();
            }
        }
        if (model.getOpsetImportCount() == 0 && model.getIrVersion() < IR_WITH_OPSETS) {
            return 1;
        }
        throw new ExchangeException(file, "opset_import must have the domain of ONNX");
    }

    private OnnxNode node(OnnxKind kind, NodeProto node) throws ExchangeException {
        String place =
                file + ": node '" + (node.getName().isEmpty() ? String.join(",", node.getOutputList()) : node.getName())
                        + "' (" + kind.opType() + ")";
        if (opset < kind.sinceOpset()) {
            throw ExchangeException.broken(place, "opset", "must be at least " + kind.sinceOpset(), opset);
        }
        if (node.getInputCount() < kind.leastInputs() || node.getInputCount() > kind.mostInputs()) {
            throw ExchangeException.broken(
                    place,
                    "inputs",
                    "must be " + kind.leastInputs() + " to " + kind.mostInputs(),
                    node.getInputCount());
        }
        if (node.getInputList().subList(0, kind.leastInputs()).contains("")) {
            throw ExchangeException.broken(
                    place, "inputs", "must have names, but for optional ones", node.getInputList());
        }
        if (node.getOutputCount() < 1) {
            throw ExchangeException.broken(place, "outputs", "must be at least 1", 0);
        }
        OnnxWindow window = new OnnxAttributes(place, kind, node).window();
        return new OnnxNode(place, node.getName(), kind, node.getInputList(), node.getOutputList(), window);
    }

    /** Returns the version of ONNX's operator set that the model is written for. */
    public int opset() {
        return opset;
    }

    /** Returns the convolution and pooling nodes, in the model's order. */
    public List<OnnxNode> nodes() {
        return nodes;
    }

    /** Returns the types of the other nodes, but for Constant, in the model's order; with the domain before it where that is not ONNX's. */
    public List<String> otherOperators() {
        return otherOperators;
    }

    /** Returns the names of the graph's inputs, those with an initialiser included. */
    public List<String> inputs() {
        return inputs;
    }

    /** Returns the names of the graph's outputs. */
    public List<String> outputs() {
        return outputs;
    }

    /** Returns the node, not one of {@link #nodes}, that makes a value. */
    Optional<NodeProto> otherNode(String value) {
        return Optional.ofNullable(otherNodes.get(value));
    }

    /** Returns the elements of a constant of 64-bit integers. */
    List<Long> constantIntegers(String place, String name) throws ExchangeException {
        return constants.integers(place, name);
    }

    /** Returns what the model says of its values' extents. */
    OnnxShapes shapes() {
        return shapes;
    }

    /** Returns whether a value is a constant of the model. */
    public boolean isConstant(String name) {
        return constants.has(name);
    }

    /**
     * Returns a node as a layer with the model's own weights; the caller closes it.
     *
     * @throws UnsupportedFeatureException if such a node, or the type of its weights, is not supported yet
     * @throws ExchangeException if weights are not in the model, or broken, or their file can't be read
     */
    public OnnxLayer layer(OnnxNode node) throws ExchangeException {
        return layer(node, Map.of());
    }

    /**
     * Returns a node as a layer; the caller closes it.
     *
     * @param values tensors by name, which count before the model's constants; they stay the caller's, and open while the layer is used
     * @throws UnsupportedFeatureException if such a node, or the type of its weights, is not supported yet, or scales or zero points are
     *     computed
     * @throws ExchangeException if weights are neither given nor in the model, or broken, or their file can't be read
     */
    public OnnxLayer layer(OnnxNode node, Map<String, Tensor> values) throws ExchangeException {
        node.requireSupported();
        if (node.kind().isPooling()) {
            PoolingDescriptor layer = node.pooling(spatialAxes(node, values));
            return new OnnxPooling(typed(node, layer, sourceType(node, values)), node.hasIndices());
        }
        var owned = new ArrayList<Tensor>();
        try {
            return new OnnxAssembly(this, node, values, owned).layer();
        } catch (Throwable e) {
            owned.forEach(Tensor::close);
            throw e;
        }
    }

    /** A global pooling does not say itself how many there are. */
    private int spatialAxes(OnnxNode node, Map<String, Tensor> values) throws ExchangeException {
        String name = node.inputs().get(0);
        Tensor given = values.get(name);
        if (given != null) {
            return given.dims().rank() - 2;
        }
        if (!node.kind().isGlobal()) {
            return node.window().kernelShape().size();
        }
        List<Long> shape = shapes.of(name).orElse(List.of());
        if (shape.isEmpty()) {
            throw ExchangeException.broken(
                    node.place(), "X", "must be given or have a shape in the model", "'" + name + "', neither");
        }
        return shape.size() - 2;
    }

    /** Returns an operand that may be absent; one from the model is added to the owned. */
    @Nullable
    Tensor optional(OnnxNode node, int index, Map<String, Tensor> values, List<Tensor> owned) throws ExchangeException {
        boolean has = node.inputs().size() > index && !node.inputs().get(index).isEmpty();
        return has ? operand(node, index, values, owned) : null;
    }

    /** Returns an operand; one from the model is added to the owned. */
    Tensor operand(OnnxNode node, int index, Map<String, Tensor> values, List<Tensor> owned) throws ExchangeException {
        String name = node.inputs().get(index);
        Tensor given = values.get(name);
        if (given != null) {
            return given;
        }
        if (!constants.has(name)) {
            throw ExchangeException.broken(
                    node.place(), "input " + index, "must be a constant or be given", "'" + name + "', neither");
        }
        Tensor tensor = constants.tensor(name);
        owned.add(tensor);
        return tensor;
    }
}
