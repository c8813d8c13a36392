package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A chain of layers without their weights: each works on the output of the one before, and one with a {@link PostOp.Sum} adds to its own
 * result an earlier value, its <em>skip</em> (the residual connection of ResNet and MobileNetV2, the skip of a U-Net). Immutable.
 *
 * <pre>{@code
 * var block = SequentialDescriptor.of(Link.of(expand), Link.of(depthwise)).thenAdding(0, Link.of(project));
 * System.out.println(block.table(Dims.of(1, 16, 56, 56)));
 * }</pre>
 *
 * @param links the layers, the first one first
 * @param skips for each layer the value that it adds: 0 is the chain's source, n the output of the n-th layer; {@link #NONE} for layers
 *     that add none
 */
public record SequentialDescriptor(List<Link> links, List<Integer> skips) implements Serializable {
    /** The skip of a layer that has none. */
    public static final int NONE = -1;

    /**
     * Checks every rule about the chain alone.
     *
     * @throws IllegalArgumentException if one is broken: a chain has a layer; a layer with a sum and no other has a skip; a layer reads the type that the one before makes; a skip comes
     *     before its layer's output
     */
    public SequentialDescriptor {
        links = List.copyOf(links);
        skips = List.copyOf(skips);
        List<String> names = links.stream().map(Link::name).toList();
        if (links.isEmpty() || skips.size() != links.size()) {
            throw Rule.broken("skips", "must be one for each layer, of which there is at least one", skips, names);
        }
        for (int i = 0; i < links.size(); i++) {
            int skip = skips.get(i);
            String field = "skip of layer " + (i + 1);
            if (links.get(i).readsDestination() != (skip != NONE)) {
                throw Rule.broken(field, "must be given for a layer with a sum and for no other", skip, names);
            }
            if (skip < NONE || skip > i) {
                throw Rule.broken(field, "must be from 0, the source, to " + i, skip, names);
            }
            Link link = links.get(i);
            if (i > 0 && link.srcType() != links.get(i - 1).dstType()) {
                throw Rule.broken(
                        "source type of layer " + (i + 1),
                        "must be " + links.get(i - 1).dstType() + ", which the layer before makes",
                        link.srcType(),
                        names);
            }
            if (skip != NONE && valueType(links, skip) != link.dstType()) {
                throw Rule.broken(field, "must be of type " + link.dstType(), valueType(links, skip), names);
            }
        }
    }

    /** Returns a chain of layers without skips. */
    public static SequentialDescriptor of(Link... links) {
        return new SequentialDescriptor(List.of(links), Collections.nCopies(links.length, NONE));
    }

    /** Returns this chain with one more layer, which has no skip. */
    public SequentialDescriptor then(Link link) {
        return thenAdding(NONE, link);
    }

    /**
     * Returns this chain with one more layer, whose sum adds an earlier value.
     *
     * @param value 0 for the chain's source, n for the output of the n-th layer
     */
    public SequentialDescriptor thenAdding(int value, Link link) {
        var moreLinks = new ArrayList<>(links);
        moreLinks.add(link);
        var moreSkips = new ArrayList<>(skips);
        moreSkips.add(value);
        return new SequentialDescriptor(moreLinks, moreSkips);
    }

    /** Returns this chain with another one behind it, whose source is this one's output. */
    public SequentialDescriptor then(SequentialDescriptor chain) {
        var moreLinks = new ArrayList<>(links);
        moreLinks.addAll(chain.links);
        var moreSkips = new ArrayList<>(skips);
        chain.skips.forEach(skip -> moreSkips.add(skip == NONE ? NONE : skip + links.size()));
        return new SequentialDescriptor(moreLinks, moreSkips);
    }

    /**
     * Returns the dims of all values: the source, then each layer's output.
     *
     * @throws IllegalArgumentException if a layer can't be applied to what it is given, or a skip has other dims than what it is added
     *     to
     */
    public List<Dims> valueDims(Dims src) {
        var values = new ArrayList<>(List.of(src));
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            Dims dst = link.dstDims(values.get(i));
            if (skips.get(i) != NONE && !values.get(skips.get(i)).equals(dst)) {
                throw Rule.broken(
                        "skip of layer " + (i + 1), "must have dims " + dst, values.get(skips.get(i)), link.name());
            }
            values.add(dst);
        }
        return values;
    }

    /**
     * Returns the type of a value.
     *
     * @param value 0 for the chain's source, n for the output of the n-th layer
     */
    public DataType valueType(int value) {
        return valueType(links, value);
    }

    private static DataType valueType(List<Link> links, int value) {
        return value == 0 ? links.get(0).srcType() : links.get(value - 1).dstType();
    }

    /** Returns the dims of the output. */
    public Dims dstDims(Dims src) {
        return valueDims(src).get(links.size());
    }

    /** Returns the dims of the tensors that the chain is prepared with: each layer's weights, and its bias if it has one. */
    public List<Dims> parameterDims() {
        return links.stream().flatMap(link -> link.parameterDims().stream()).toList();
    }

    /** Returns the number of weights and biases. */
    public long parameters() {
        return parameterDims().stream().mapToLong(Dims::elements).sum();
    }

    /** Returns the number of multiply-adds of all layers, those with padding included. */
    public double multiplyAdds(Dims src) {
        List<Dims> values = valueDims(src);
        double sum = 0;
        for (int i = 0; i < links.size(); i++) {
            sum += links.get(i).multiplyAdds(values.get(i));
        }
        return sum;
    }

    /** Returns output sizes, costs and receptive fields, layer by layer. */
    public SequentialTable table(Dims src) {
        return SequentialTable.of(this, src);
    }

    /** Returns the layers' names, and what they add. */
    @Override
    public String toString() {
        var text = new StringBuilder("chain");
        for (int i = 0; i < links.size(); i++) {
            text.append(i == 0 ? " " : ", ").append(links.get(i).name());
            text.append(skips.get(i) == NONE ? "" : " + value " + skips.get(i));
        }
        return text.toString();
    }
}
