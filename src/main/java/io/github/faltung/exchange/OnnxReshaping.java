package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A chain of Identity, Squeeze and Unsqueeze, which leave the elements and their order alone. Source: ONNX 1.22, {@code
 * docs/Operators.md}; axes as an attribute, as they were before opset 13, or as a constant operand.
 */
final class OnnxReshaping {
    private static final Set<String> OPERATORS = Set.of("Identity", "Squeeze", "Unsqueeze");

    private final OnnxModel model;
    private final List<NodeProto> chain;

    private OnnxReshaping(OnnxModel model, List<NodeProto> chain) {
        this.model = model;
        this.chain = chain;
    }

    /** Returns the chain that makes a value of another; empty if there is none. One value is made of itself by no node. */
    static Optional<OnnxReshaping> between(OnnxModel model, String from, String to) {
        var chain = new ArrayList<NodeProto>();
        String value = to;
        while (!value.equals(from)) {
            NodeProto node = model.otherNode(value).orElse(null);
            // As many nodes as the model has is enough: more go in a circle.
            if (node == null
                    || !OPERATORS.contains(node.getOpType())
                    || node.getInputCount() < 1
                    || chain.size() > model.otherOperators().size()) {
                return Optional.empty();
            }
            chain.add(0, node);
            value = node.getInput(0);
        }
        return Optional.of(new OnnxReshaping(model, chain));
    }

    /** Returns of how many nodes it is. */
    int length() {
        return chain.size();
    }

    /** Returns what becomes of dims. */
    Dims apply(String place, Dims dims) throws ExchangeException {
        List<Long> extents = new ArrayList<>();
        for (long extent : dims.toArray()) {
            extents.add(extent);
        }
        for (NodeProto node : chain) {
            apply(place + " (" + node.getOpType() + ")", node, extents);
        }
        try {
            return Dims.of(extents.stream().mapToLong(Long::longValue).toArray());
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, String.valueOf(e.getMessage()), e);
        }
    }

    private void apply(String place, NodeProto node, List<Long> extents) throws ExchangeException {
        if (node.getOpType().equals("Unsqueeze")) {
            List<Long> axes = axes(place, node);
            for (int axis : sorted(place, axes, extents.size() + axes.size())) {
                extents.add(axis, 1L);
            }
        } else if (node.getOpType().equals("Squeeze")) {
            List<Long> axes = axes(place, node);
            if (axes.isEmpty()) {
                extents.removeIf(extent -> extent == 1);
                return;
            }
            for (int axis : sorted(place, axes, extents.size()).descendingSet()) {
                if (extents.get(axis) != 1) {
                    throw ExchangeException.broken(place, "axis " + axis, "must be of extent 1", extents.get(axis));
                }
                extents.remove(axis);
            }
        }
    }

    /** A negative axis counts from the end. */
    private static NavigableSet<Integer> sorted(String place, List<Long> axes, int rank) throws ExchangeException {
        var sorted = new TreeSet<Integer>();
        for (long axis : axes) {
            if (axis < -rank || axis >= rank || !sorted.add((int) (axis < 0 ? axis + rank : axis))) {
                throw ExchangeException.broken(place, "axes", "must be different ones of " + rank, axes);
            }
        }
        return sorted;
    }

    private List<Long> axes(String place, NodeProto node) throws ExchangeException {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getName().equals("axes")) {
                return attribute.getIntsList();
            }
        }
        boolean has = node.getInputCount() > 1 && !node.getInput(1).isEmpty();
        return has ? model.constantIntegers(place, node.getInput(1)) : List.of();
    }

    /** Copies a dense tensor into one of other dims, which the caller closes. */
    static Tensor copy(Tensor tensor, Dims dims) {
        ByteBuffer bits = ByteBuffer.allocate(
                Math.toIntExact(dims.elements() * tensor.dataType().bytes()));
        tensor.copyBitsTo(bits, 0);
        Tensor copy = Tensor.allocate(tensor.dataType(), dims, Layout.CHANNELS_FIRST);
        copy.copyBitsFrom(bits, 0);
        return copy;
    }
}
