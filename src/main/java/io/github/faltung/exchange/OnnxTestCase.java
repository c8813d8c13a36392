package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One data set of an ONNX backend test: a layer, its source, and the output that the set says is right; or a node of a network with
 * random data. The folder has a {@code
 * model.onnx} of one node and {@code test_data_set_*} folders with a tensor in each {@code input_*.pb} and {@code output_*.pb}.
 *
 * <p>For one thread. Whoever read it closes it, which frees its tensors.
 */
public final class OnnxTestCase implements AutoCloseable {
    private static final String MODEL = "model.onnx";

    private final OnnxLayer layer;
    private final Tensor src;
    private final @Nullable Tensor offsets;
    private final @Nullable Tensor mask;
    private final @Nullable Tensor expected;
    private final List<Tensor> owned;

    private OnnxTestCase(
            OnnxLayer layer,
            Tensor src,
            @Nullable Tensor offsets,
            @Nullable Tensor mask,
            @Nullable Tensor expected,
            List<Tensor> owned) {
        this.layer = layer;
        this.src = src;
        this.offsets = offsets;
        this.mask = mask;
        this.expected = expected;
        this.owned = owned;
    }

    /**
     * Returns the data sets of every folder with a model, at or below the given one, sorted.
     *
     * @throws IOException if a folder can't be read
     */
    public static List<Path> below(Path folder) throws IOException {
        var sets = new ArrayList<Path>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path model :
                    files.filter(file -> file.endsWith(MODEL)).sorted().toList()) {
                sets.addAll(dataSets(model.resolveSibling("")));
            }
        }
        return sets;
    }

    /** Returns whether a model has data sets beside it. */
    static boolean isModelOfTests(Path model) throws IOException {
        return model.endsWith(MODEL)
                && !dataSets(model.toAbsolutePath().resolveSibling("")).isEmpty();
    }

    private static List<Path> dataSets(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory)
                    .filter(file -> String.valueOf(file.getFileName()).startsWith("test_data_set_"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Reads a data set and the model beside it.
     *
     * @param dataSet a folder that {@link #below} returned
     * @throws UnsupportedFeatureException if the model is more than one node, or something about the node or its data is not supported yet
     * @throws ExchangeException if something is missing or broken
     * @throws IOException if a file can't be read
     */
    public static OnnxTestCase read(Path dataSet) throws IOException {
        OnnxModel model = OnnxModel.read(dataSet.resolveSibling(MODEL));
        OnnxNode node = onlyNode(dataSet, model);
        node.requireSupported();
        var owned = new ArrayList<Tensor>();
        try {
            Map<String, Tensor> values = inputs(dataSet, model, owned);
            Tensor expected = tensor(dataSet.resolve("output_0.pb"), owned);
            OnnxReshaping after = reshapeSource(dataSet, model, node, values, owned);
            OnnxLayer layer = model.layer(node, values);
            try {
                Tensor made =
                        after.length() == 0 ? expected : unreshaped(dataSet, layer, values, node, after, expected);
                owned.add(made); // closing twice does nothing
                return of(model, node, layer, values, made, owned);
            } catch (Throwable e) {
                layer.close();
                throw e;
            }
        } catch (Throwable e) {
            owned.forEach(Tensor::close);
            throw e;
        }
    }

    /**
     * Makes a case of one node of a network: its own weights, and random reals from −1 to 1 for its source and whatever else it takes that
     * the model does not have; where it takes integers, integers of all that their type holds. The source's extents are those that the model says, or small ones that fit.
     *
     * @param seed the same gives the same numbers
     * @throws UnsupportedFeatureException if such a node, or the type of its weights, is not supported yet, or its weights are computed
     * @throws ExchangeException if the node is broken
     */
    public static OnnxTestCase random(OnnxModel model, OnnxNode node, long seed) throws ExchangeException {
        var owned = new ArrayList<Tensor>();
        try {
            Map<String, Tensor> values = new OnnxRandomValues(model, node, seed, owned).values();
            return of(model, node, model.layer(node, values), values, null, owned);
        } catch (Throwable e) {
            owned.forEach(Tensor::close);
            throw e;
        }
    }

    private static OnnxTestCase of(
            OnnxModel model,
            OnnxNode node,
            OnnxLayer layer,
            Map<String, Tensor> values,
            @Nullable Tensor expected,
            List<Tensor> owned)
            throws ExchangeException {
        Tensor src = model.operand(node, 0, values, owned);
        boolean deforms = node.kind() == OnnxKind.DEFORM_CONV;
        @Nullable Tensor offsets = deforms ? model.operand(node, 2, values, owned) : null;
        @Nullable Tensor mask = deforms ? model.optional(node, 4, values, owned) : null;
        if (deforms) {
            requireF32(node.place(), src, offsets, mask);
        } else {
            OnnxTensor.requireType(node.place(), "X", src, layer.types().src());
        }
        if (expected != null) {
            OnnxTensor.requireType(node.place(), "Y", expected, layer.types().dst());
        }
        return new OnnxTestCase(layer, src, offsets, mask, expected, owned);
    }

    private static void requireF32(String place, @Nullable Tensor... operands) throws UnsupportedFeatureException {
        for (@Nullable Tensor operand : operands) {
            if (operand != null) {
                OnnxTensor.requireF32(place, operand);
            }
        }
    }

    /** Puts the node's source among the values, reshaped as the model does, and returns how the model reshapes the node's output. */
    private static OnnxReshaping reshapeSource(
            Path dataSet, OnnxModel model, OnnxNode node, Map<String, Tensor> values, List<Tensor> owned)
            throws ExchangeException {
        String src = node.inputs().get(0);
        OnnxReshaping after = OnnxReshaping.between(
                        model, node.outputs().get(0), model.outputs().get(0))
                .orElseThrow(() -> several(dataSet, model));
        for (String input : List.copyOf(values.keySet())) {
            OnnxReshaping before = OnnxReshaping.between(model, input, src).orElse(null);
            if (before != null
                    && before.length() + after.length()
                            == model.otherOperators().size()) {
                if (before.length() > 0) {
                    Tensor given = Objects.requireNonNull(values.get(input));
                    Tensor source = OnnxReshaping.copy(given, before.apply(dataSet.toString(), given.dims()));
                    owned.add(source);
                    values.put(src, source);
                }
                return after;
            }
        }
        if (model.otherOperators().isEmpty()) {
            throw ExchangeException.broken(dataSet.toString(), "X", "must be among the inputs", src);
        }
        throw several(dataSet, model);
    }

    /** Returns the expected output in the dims that the node makes. */
    private static Tensor unreshaped(
            Path dataSet,
            OnnxLayer layer,
            Map<String, Tensor> values,
            OnnxNode node,
            OnnxReshaping after,
            Tensor expected)
            throws ExchangeException {
        Dims dst;
        try {
            dst = layer.dstDims(
                    Objects.requireNonNull(values.get(node.inputs().get(0))).dims());
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(dataSet.toString(), String.valueOf(e.getMessage()), e);
        }
        Dims reshaped = after.apply(dataSet.toString(), dst);
        if (!reshaped.equals(expected.dims())) {
            throw ExchangeException.broken(dataSet.toString(), "output", "must have dims " + reshaped, expected.dims());
        }
        return OnnxReshaping.copy(expected, dst);
    }

    private static UnsupportedFeatureException several(Path dataSet, OnnxModel model) {
        var operators = new ArrayList<>(model.otherOperators());
        model.nodes().forEach(node -> operators.add(node.kind().opType()));
        return new UnsupportedFeatureException(dataSet.toString(), "models of several nodes, " + operators);
    }

    private static OnnxNode onlyNode(Path dataSet, OnnxModel model) throws ExchangeException {
        if (model.nodes().size() > 1
                || (model.nodes().isEmpty() && !model.otherOperators().isEmpty())) {
            throw several(dataSet, model);
        }
        if (model.nodes().isEmpty()) {
            throw new ExchangeException(dataSet.toString(), "the model must have a node, but has none");
        }
        return model.nodes().get(0);
    }

    /** The k-th file is the graph's k-th input, counted without those that have an initialiser; its own name counts before that. */
    private static Map<String, Tensor> inputs(Path dataSet, OnnxModel model, List<Tensor> owned) throws IOException {
        List<String> free =
                model.inputs().stream().filter(name -> !model.isConstant(name)).toList();
        var values = new HashMap<String, Tensor>();
        for (int k = 0; Files.exists(dataSet.resolve("input_" + k + ".pb")); k++) {
            Path file = dataSet.resolve("input_" + k + ".pb");
            TensorProto proto = OnnxTensor.read(file);
            boolean named = model.inputs().contains(proto.getName());
            if (!named && k >= free.size()) {
                throw ExchangeException.broken(
                        file.toString(), "name", "must be one of the graph's inputs", "'" + proto.getName() + "'");
            }
            Tensor tensor = OnnxTensor.decode(file.toString(), proto);
            owned.add(tensor);
            values.put(named ? proto.getName() : free.get(k), tensor);
        }
        return values;
    }

    private static Tensor tensor(Path file, List<Tensor> owned) throws IOException {
        Tensor tensor = OnnxTensor.decode(file.toString(), OnnxTensor.read(file));
        owned.add(tensor);
        return tensor;
    }

    /** Returns the layer with its weights and bias, if it has any. */
    public OnnxLayer layer() {
        return layer;
    }

    /** Returns the source, {@code [MB, IC, spatial…]}. */
    public Tensor src() {
        return src;
    }

    /**
     * Returns the offsets of a deformable layer.
     *
     * @throws IllegalStateException if the layer is another
     */
    public Tensor offsets() {
        if (offsets == null) {
            throw new IllegalStateException("only a deformable layer has offsets");
        }
        return offsets;
    }

    /** Returns the mask of a deformable layer; {@code null} if there is none. */
    public @Nullable Tensor mask() {
        return mask;
    }

    /** Returns what the data set says that the output is; {@code null} if there is no data set. */
    public @Nullable Tensor expected() {
        return expected;
    }

    /** Frees the tensors. A second call does nothing. */
    @Override
    public void close() {
        layer.close();
        owned.forEach(Tensor::close);
    }
}
