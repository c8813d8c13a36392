package io.github.faltung.exchange;

import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the scales and zero points of a ConvInteger or QLinearConv say. A ConvInteger has no scales, and zero points that are absent are 0;
 * its output is s32. Those of the weights may be one for all or one per output channel. Source: ONNX 1.22, {@code docs/Operators.md}.
 */
final class OnnxQuantization {
    private final OnnxModel model;
    private final OnnxNode node;
    private final Map<String, Tensor> values;
    private final boolean scaled;

    OnnxQuantization(OnnxModel model, OnnxNode node, Map<String, Tensor> values) {
        this.model = model;
        this.node = node;
        this.values = values;
        this.scaled = node.kind() == OnnxKind.Q_LINEAR_CONV;
    }

    /** Reads them all. */
    Quantization read() throws ExchangeException {
        return new Quantization(
                scaled ? scale(1) : 1,
                zeroPoint(2),
                scaled ? scales(4) : List.of(1f),
                zeroPoints(scaled ? 5 : 3),
                scaled ? scale(6) : 1,
                scaled ? zeroPoint(7) : 0);
    }

    /**
     * Returns the layer's types.
     *
     * @throws IllegalArgumentException if they don't go together
     */
    LayerTypes types(DataType weights) throws ExchangeException {
        Optional<DataType> zeroPoint = zeroPointType(scaled ? 5 : 3);
        if (zeroPoint.isPresent() && zeroPoint.get() != weights) {
            throw ExchangeException.broken(
                    node.place(), "w_zero_point", "must be of the weights' type, " + weights, zeroPoint.get());
        }
        return new LayerTypes(srcType(), weights, scaled ? zeroPointType(7).orElse(DataType.U8) : DataType.S32);
    }

    /** Returns the source's type: that of its zero point, else what is known of the source itself. */
    DataType srcType() throws ExchangeException {
        Optional<DataType> zeroPoint = zeroPointType(2);
        if (zeroPoint.isPresent()) {
            return zeroPoint.get();
        }
        String src = node.inputs().get(0);
        Tensor given = values.get(src);
        Optional<DataType> known =
                given == null ? model.shapes().type(node.place(), src) : Optional.of(given.dataType());
        return known.orElseThrow(() -> new UnsupportedFeatureException(node.place(), "a source of unknown type"));
    }

    private Optional<DataType> zeroPointType(int input) throws ExchangeException {
        try (@Nullable Constant zeroPoint = constant(input)) {
            return zeroPoint == null
                    ? Optional.empty()
                    : Optional.of(zeroPoint.tensor().dataType());
        }
    }

    private float scale(int input) throws ExchangeException {
        return one(input, scales(input));
    }

    private int zeroPoint(int input) throws ExchangeException {
        return one(input, zeroPoints(input));
    }

    private <T> T one(int input, List<T> given) throws ExchangeException {
        if (given.size() != 1) {
            throw ExchangeException.broken(node.place(), "input " + input, "must be one number", given.size());
        }
        return given.get(0);
    }

    private List<Float> scales(int input) throws ExchangeException {
        try (@Nullable Constant scales = constant(input)) {
            if (scales == null) {
                throw ExchangeException.broken(node.place(), "input " + input, "must be given", "absent");
            }
            OnnxTensor.requireType(node.place(), "input " + input, scales.tensor(), DataType.F32);
            var numbers = new ArrayList<Float>();
            for (float number : scales.tensor().toFloatArray()) {
                numbers.add(number);
            }
            return numbers;
        }
    }

    private List<Integer> zeroPoints(int input) throws ExchangeException {
        try (@Nullable Constant zeroPoints = constant(input)) {
            if (zeroPoints == null) {
                return List.of(0);
            }
            if (zeroPoints.tensor().dataType().isFloating()) {
                throw ExchangeException.broken(
                        node.place(),
                        "input " + input,
                        "must be u8 or s8",
                        zeroPoints.tensor().dataType());
            }
            return IntStream.of(zeroPoints.tensor().toIntArray(Layout.CHANNELS_FIRST))
                    .boxed()
                    .toList();
        }
    }

    /** A tensor that closing this closes, if it came from the model. */
    private record Constant(Tensor tensor, boolean owned) implements AutoCloseable {
        @Override
        public void close() {
            if (owned) {
                tensor.close();
            }
        }
    }

    private @Nullable Constant constant(int input) throws ExchangeException {
        if (node.inputs().size() <= input || node.inputs().get(input).isEmpty()) {
            return null;
        }
        String name = node.inputs().get(input);
        if (!values.containsKey(name) && !model.isConstant(name)) {
            String origin = model.shapes()
                    .operator(name)
                    .map(operator -> "that " + operator + " computes")
                    .orElse("that are inputs of the graph");
            throw new UnsupportedFeatureException(
                    node.place(),
                    "scales and zero points " + origin + " (" + node.kind().opType() + ")");
        }
        var own = new ArrayList<Tensor>();
        return new Constant(model.operand(node, input, values, own), !own.isEmpty());
    }
}
