package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A convolution said as pieces, each of them steps that run one after the other: prepared layers, and copies that rearrange what is between
 * them. What an engine compiles into one {@link Routine}. Immutable.
 *
 * @param problem what the steps compute together, as messages quote it
 * @param formulation how it is said, in a few words
 * @param source the caller's source
 * @param destination the caller's destination
 * @param pieces at least one; no piece reads what another writes, so they may run in any order, or at the same time, but
 *     each on one thread, which then has what a step wrote at hand for the next
 * @param notes why it is said so, where that is not obvious
 */
public record Program(
        ConvolutionProblem problem,
        String formulation,
        Storage source,
        Storage destination,
        List<Piece> pieces,
        List<String> notes) {

    private static final Padding.Explicit NO_MARGIN = new Padding.Explicit(List.of(0), List.of(0));

    /**
     * What is done in turn.
     *
     * @param steps at least one
     */
    public record Piece(List<Step> steps) {
        /**
         * Checks that there are steps.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Piece {
            steps = List.copyOf(steps);
            if (steps.isEmpty()) {
                throw new IllegalArgumentException("steps must be at least one, but were " + steps);
            }
        }

        /** Returns the places of the program's own that the steps use. */
        public Set<Storage> scratch() {
            return steps.stream()
                    .flatMap(step -> Stream.of(step.from().storage(), step.to().storage()))
                    .filter(Storage::isOwn)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        }
    }

    /** One step. */
    public sealed interface Step {
        /** Returns what it reads. */
        Region from();

        /** Returns what it writes. */
        Region to();
    }

    /**
     * Copies elements, converted where the types differ: to the nearest number, ties to even, out of range to the nearest bound of an integer
     * type.
     *
     * @param from of the dims of {@code to}
     * @param isSubtracted whether {@code from} is taken away from what {@code to} holds, rather than put in its place; of floating-point types
     */
    public record Copy(Region from, Region to, boolean isSubtracted) implements Step {
        /**
         * Checks that the two go together.
         *
         * @throws IllegalArgumentException if types or dims don't
         */
        public Copy {
            DataType read = from.storage().dataType();
            DataType written = to.storage().dataType();
            if (isSubtracted && !(read.isFloating() && written.isFloating())) {
                throw new IllegalArgumentException(
                        "types must be floating-point, but were " + read + " and " + written);
            }
            if (!from.dims().equals(to.dims())) {
                throw new IllegalArgumentException("to must have dims " + from.dims() + ", but had " + to.dims());
            }
        }

        /** Makes a step that puts {@code from} in the place of {@code to}. */
        public Copy(Region from, Region to) {
            this(from, to, false);
        }

        /** Returns the same step between parts of its regions. */
        public Copy between(Region partOfFrom, Region partOfTo) {
            return new Copy(partOfFrom, partOfTo, isSubtracted);
        }
    }

    /**
     * Runs a layer.
     *
     * @param layer of the engine that is to compile the program
     * @param margin zeros that the layer is to see around {@code from} besides its own padding, which then must be given in numbers; none for a
     *     transposed layer
     * @param from {@code [MB, IC, spatial…]}, of the layer's source type
     * @param to {@code [MB, OC, spatial…]}, of the layer's destination type; read, too, if the layer has a {@link PostOp.Sum}
     */
    public record Apply(Convolution layer, Padding.Explicit margin, Region from, Region to) implements Step {
        /**
         * Checks that the layer fits.
         *
         * @throws IllegalArgumentException if dims or types are not the layer's, or a transposed one has a margin
         */
        public Apply {
            ConvolutionDescriptor descriptor = padded(layer.descriptor(), margin);
            var problem = new ConvolutionProblem(descriptor, from.dims());
            if (!to.dims().equals(problem.dstDims())) {
                throw Rule.broken("to", "must have dims " + problem.dstDims(), to.dims(), descriptor);
            }
            if (from.storage().dataType() != descriptor.types().src()
                    || to.storage().dataType() != descriptor.types().dst()) {
                throw Rule.broken("types", "must be " + descriptor.types(), from + " and " + to, descriptor);
            }
        }

        /** Makes a step whose source has no margin. */
        public Apply(Convolution layer, Region from, Region to) {
            this(layer, NO_MARGIN, from, to);
        }

        /** Returns the layer, with the margin as padding, and its source's dims. */
        public ConvolutionProblem problem() {
            return new ConvolutionProblem(padded(layer.descriptor(), margin), from.dims());
        }

        private static ConvolutionDescriptor padded(ConvolutionDescriptor layer, Padding.Explicit margin) {
            if (margin.equals(NO_MARGIN)) {
                return layer;
            }
            if (layer.transposed() || !(layer.padding() instanceof Padding.Explicit own)) {
                throw Rule.broken("margin", "is for regular layers whose padding is given in numbers", margin, layer);
            }
            return layer.withPadding(Padding.explicit(sum(own.begin(), margin.begin()), sum(own.end(), margin.end())));
        }

        private static List<Integer> sum(List<Integer> some, List<Integer> more) {
            return IntStream.range(0, Math.max(some.size(), more.size()))
                    .mapToObj(axis -> Math.addExact(perAxis(some, axis), perAxis(more, axis)))
                    .toList();
        }

        /** Returns how many zeros the margin has before the source along an axis of the tensor. */
        public int before(int axis) {
            return perAxis(margin.begin(), axis - 2);
        }

        /** Returns how many zeros it has after it. */
        public int after(int axis) {
            return perAxis(margin.end(), axis - 2);
        }

        private static int perAxis(List<Integer> values, int axis) {
            return values.get(values.size() == 1 ? 0 : axis);
        }
    }

    /**
     * Checks that nothing writes the source, that no other caller's memory is used, and that pieces share no memory of the program's own.
     *
     * @throws IllegalArgumentException if a rule is broken
     */
    public Program {
        pieces = List.copyOf(pieces);
        notes = List.copyOf(notes);
        if (pieces.isEmpty()) {
            throw Rule.broken("pieces", "must be at least one", pieces, problem);
        }
        var used = new HashSet<Storage>();
        for (Piece piece : pieces) {
            for (Step step : piece.steps()) {
                requireKnown(step.from().storage(), source, destination, problem);
                requireKnown(step.to().storage(), source, destination, problem);
                if (step.to().storage() == source) {
                    throw Rule.broken("steps", "must not write the source", step, problem);
                }
            }
            for (Storage storage : piece.scratch()) {
                if (!used.add(storage)) {
                    throw Rule.broken("pieces", "must share no memory", storage, problem);
                }
            }
        }
    }

    private static void requireKnown(Storage storage, Storage source, Storage destination, ConvolutionProblem problem) {
        if (!storage.isOwn() && storage != source && storage != destination) {
            throw Rule.broken("steps", "must use no other caller's memory", storage, problem);
        }
    }

    /** Returns the steps of all pieces. */
    public List<Step> steps() {
        return pieces.stream().flatMap(piece -> piece.steps().stream()).toList();
    }

    /** Returns the layers that the steps run, each once. */
    public Set<Convolution> layers() {
        return steps().stream()
                .filter(Apply.class::isInstance)
                .map(step -> ((Apply) step).layer())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns the places of the program's own. */
    public Set<Storage> scratch() {
        return pieces.stream()
                .flatMap(piece -> piece.scratch().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
