package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Precision;
import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * An f32 layer that need not be strict as one of bf16: for each product of parts that its {@link Precision} keeps, the source's part as
 * channels of its own, and the weights' part. The sums are f32 as before.
 */
final class Bf16Parts implements Formulation {
    private static final String STEP = "parts";

    /** A product of parts, counted from 0. */
    private record Pair(int ofSource, int ofWeights) {}

    @Override
    public List<Draft> drafts(Task task) {
        var drafts = new ArrayList<Draft>();
        for (Precision precision : Precision.values()) {
            if (precision != Precision.STRICT
                    && precision.satisfies(task.layer().precision())) {
                drafts.add(new Split(task, precision).draft());
            }
        }
        return drafts;
    }

    private static List<Pair> pairs(Precision precision) {
        return switch (precision) {
            case STRICT -> List.of();
            case BF16 -> List.of(new Pair(0, 0));
            case SPLIT_BF16_3 -> List.of(new Pair(0, 0), new Pair(0, 1), new Pair(1, 0));
            case SPLIT_BF16_6 ->
                List.of(new Pair(0, 0), new Pair(0, 1), new Pair(1, 0), new Pair(1, 1), new Pair(0, 2), new Pair(2, 0));
        };
    }

    /** One task in one precision. */
    private static final class Split {
        private final Task task;
        private final Precision precision;
        private final List<Pair> pairs;
        private final Channels channels;
        private final List<Copy> copies = new ArrayList<>();

        Split(Task task, Precision precision) {
            this.task = task;
            this.precision = precision;
            this.pairs = pairs(precision);
            this.channels = Channels.of(task.layer());
        }

        Draft draft() {
            long[] extents = task.src().dims().toArray();
            extents[1] *= pairs.size();
            Region parts = Storage.strided(DataType.BF16, Dims.of(extents), Layout.CHANNELS_LAST)
                    .whole();
            fill(parts);
            ConvolutionDescriptor layer = task.layer();
            var more = new Channels(
                    Math.multiplyExact(channels.inputs(), pairs.size()), channels.outputs(), channels.groups());
            ConvolutionDescriptor said = Axis.layer(layer, layer.transposed(), more, task.axes(), layer.postOps())
                    .withPrecision(Precision.STRICT)
                    .withTypes(new LayerTypes(DataType.BF16, DataType.BF16, DataType.F32), Quantization.NONE);
            Task inner = task.saidAs(
                    said,
                    STEP + " " + precision,
                    parameters -> new Parameters(weights(parameters.weights()), parameters.bias()),
                    parts,
                    task.dst());
            return new Draft(precision + " parts", copies, List.of(inner), List.of());
        }

        /** Writes each part once as the difference of what is left and its rounding, and copies it to where else it is needed. */
        private void fill(Region parts) {
            int perGroup = channels.inputsPerGroup();
            Region left = task.src().with(part -> part.split(1, perGroup));
            for (int part = 0; part < precision.parts(); part++) {
                Region first = slot(parts, firstPair(part));
                copies.add(new Copy(left, first));
                if (isNegated(part)) {
                    copies.add(new Copy(left, first, true)); // rounded before: what it was rounded by
                } else if (part + 2 < precision.parts()) {
                    left = rest(left, first);
                }
                for (int pair = firstPair(part) + 1; pair < pairs.size(); pair++) {
                    if (pairs.get(pair).ofSource() == part) {
                        copies.add(new Copy(first, slot(parts, pair)));
                    }
                }
            }
        }

        /** The last part is the rounding of what is left over what is left, so that it needs no memory but its own. */
        private boolean isNegated(int part) {
            return part > 0 && part == precision.parts() - 1;
        }

        private int firstPair(int part) {
            int first = 0;
            while (pairs.get(first).ofSource() != part) {
                first++;
            }
            return first;
        }

        private Region slot(Region parts, int pair) {
            int perGroup = channels.inputsPerGroup();
            return parts.with(
                    whole -> whole.split(1, (long) perGroup * pairs.size()).slice(2, (long) pair * perGroup, perGroup));
        }

        /** Returns what is left of numbers, in f32, when a part is taken away, which is exact. */
        private Region rest(Region left, Region part) {
            Region rest = Storage.strided(DataType.F32, task.src().dims(), Layout.CHANNELS_LAST)
                    .whole()
                    .with(whole -> whole.split(1, channels.inputsPerGroup()));
            copies.add(new Copy(left, rest));
            copies.add(new Copy(part, rest, true));
            return rest;
        }

        /** Returns {@code [OC, pair, IC/G, k…]}, or {@code [G, pair, IC/G, OC/G, k…]} for a transposed layer. */
        private float[] weights(float[] weights) {
            int rows = task.layer().transposed() ? channels.groups() : channels.outputs();
            int row = weights.length / rows;
            var result = new float[Math.multiplyExact(weights.length, pairs.size())];
            for (int i = 0; i < weights.length; i++) {
                for (int pair = 0; pair < pairs.size(); pair++) {
                    float part = part(weights[i], pairs.get(pair).ofWeights());
                    boolean negated = isNegated(pairs.get(pair).ofSource());
                    result[(i / row * pairs.size() + pair) * row + i % row] = negated ? -part : part;
                }
            }
            return result;
        }

        private static float part(float number, int part) {
            float left = number;
            for (int i = 0; i < part; i++) {
                left -= (float) DataType.BF16.round(left); // exact
            }
            return (float) DataType.BF16.round(left);
        }
    }
}
