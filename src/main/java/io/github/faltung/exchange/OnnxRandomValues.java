package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Random reals from −1 to 1, or random integers of a type's whole range, for what a node takes and its model does not have. A convolution's weights are the model's; where a graph
 * takes them as an input of known extents they are drawn too, and divided by √n, n their number per output, so that sums stay near 1.
 */
final class OnnxRandomValues {
    /** 256 MiB of f32: as much as large pictures with many channels have. A small file may say any number. */
    private static final long MOST_ELEMENTS = 1 << 26;

    private static final int PIECE = 1 << 16;

    /** A prime, so that no vector of channels is full. */
    private static final int CHANNELS = 17;

    /** What a global pooling without a shape is taken to be over. */
    private static final int USUAL_AXES = 2;

    private final OnnxModel model;
    private final OnnxNode node;
    private final SplittableRandom random;
    private final List<Tensor> owned;
    private final Map<String, Tensor> values = new HashMap<>();

    /**
     * Prepares them.
     *
     * @param owned what is made is added to it
     */
    OnnxRandomValues(OnnxModel model, OnnxNode node, long seed, List<Tensor> owned) {
        this.model = model;
        this.node = node;
        this.random = new SplittableRandom(seed);
        this.owned = owned;
    }

    /** Returns them by name. */
    Map<String, Tensor> values() throws ExchangeException {
        node.requireSupported();
        if (node.kind().isPooling()) {
            PoolingDescriptor layer = node.pooling(axes());
            DataType type = model.sourceType(node, values);
            OnnxModel.typed(node, layer, type);
            add(0, OnnxSourceDims.of(node, layer, shape(0), CHANNELS), 1, type);
            return values;
        }
        Dims weights = weights();
        ConvolutionDescriptor layer = node.descriptor(weights);
        DataType type = srcType();
        if (isMissing(node.kind().biasInput()) && !node.kind().isInteger()) {
            add(node.kind().biasInput(), layer.biasDims(), 1, type);
        }
        Dims src = OnnxSourceDims.of(node, layer, shape(0));
        add(0, src, 1, type);
        if (node.kind() == OnnxKind.DEFORM_CONV) {
            deform(weights, src);
        }
        return values;
    }

    /** Returns the type that the operands ask for; the graph must not say another. */
    private DataType srcType() throws ExchangeException {
        DataType type = node.kind().isInteger()
                ? new OnnxQuantization(model, node, values).srcType()
                : Objects.requireNonNull(values.get(node.inputs().get(1))).dataType();
        requireType(type);
        return type;
    }

    private void requireType(DataType wanted) throws ExchangeException {
        Optional<DataType> said =
                model.shapes().type(node.place(), node.inputs().get(0));
        if (said.isPresent() && said.get() != wanted) {
            throw new UnsupportedFeatureException(node.place(), "element type " + said.get() + " of X");
        }
    }

    private void deform(Dims weights, Dims src) throws ExchangeException {
        DeformableProblem problem;
        try {
            problem = new DeformableProblem(node.deformable(weights), src);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(node.place(), String.valueOf(e.getMessage()), e);
        }
        if (isMissing(2)) {
            add(2, problem.offsetsDims(), 2);
        }
        if (isMissing(4)) {
            add(4, problem.maskDims(), 1);
        }
    }

    private Dims weights() throws ExchangeException {
        int input = node.kind().weightsInput();
        String name = node.inputs().get(input);
        if (model.isConstant(name)) {
            Tensor weights = model.operand(node, input, Map.of(), owned);
            values.put(name, weights);
            return weights.dims();
        }
        List<Long> shape = shape(input);
        if (node.kind().isInteger() || shape.isEmpty() || shape.contains(OnnxShapes.UNKNOWN)) {
            throw new UnsupportedFeatureException(
                    node.place(),
                    model.shapes()
                            .operator(name)
                            .map(operator -> "weights that " + operator + " computes")
                            .orElse(
                                    node.kind().isInteger()
                                            ? "weights that are an input of the graph"
                                            : "weights of unknown extents"));
        }
        Dims dims = OnnxSourceDims.dims(
                node, "W", shape.stream().mapToLong(Long::longValue).toArray());
        double products = dims.elements() / (double) dims.get(0);
        add(1, dims, (float) (1 / Math.sqrt(products)));
        return dims;
    }

    private int axes() {
        if (!node.kind().isGlobal()) {
            return node.window().kernelShape().size();
        }
        return shape(0).isEmpty() ? USUAL_AXES : shape(0).size() - 2;
    }

    private int integer(DataType type) {
        return random.nextInt(
                (int) type.round(Double.NEGATIVE_INFINITY), (int) type.round(Double.POSITIVE_INFINITY) + 1);
    }

    private List<Long> shape(int input) {
        return model.shapes().of(node.inputs().get(input)).orElse(List.of());
    }

    /** Whether the node has an operand that the model does not. */
    private boolean isMissing(int input) {
        return node.inputs().size() > input
                && !node.inputs().get(input).isEmpty()
                && !model.isConstant(node.inputs().get(input));
    }

    private void add(int input, Dims dims, float scale) throws ExchangeException {
        add(input, dims, scale, DataType.F32);
    }

    private void add(int input, Dims dims, float scale, DataType type) throws ExchangeException {
        if (dims.elements() > MOST_ELEMENTS) {
            throw new UnsupportedFeatureException(node.place(), "random data of " + dims.elements() + " elements");
        }
        Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        owned.add(tensor);
        fill(tensor, scale);
        values.put(node.inputs().get(input), tensor);
    }

    /** Piece by piece, so that the numbers are in memory once. */
    private void fill(Tensor tensor, float scale) {
        DataType type = tensor.dataType();
        long elements = tensor.dims().elements();
        var drawn = new float[(int) Math.min(PIECE, elements)];
        try (Tensor piece = Tensor.allocate(type, Dims.of(drawn.length), Layout.CHANNELS_FIRST)) {
            for (long at = 0; at < elements; at += PIECE) {
                int count = (int) Math.min(PIECE, elements - at);
                for (int i = 0; i < count; i++) {
                    drawn[i] = type.isFloating() ? (float) random.nextDouble(-1, 1) * scale : integer(type);
                }
                piece.copyFrom(drawn, Layout.CHANNELS_FIRST);
                Dims row = Dims.of(count);
                Tensor.copy(piece, new Part(0, row, new long[] {1}), tensor, new Part(at, row, new long[] {1}));
            }
        }
    }
}
