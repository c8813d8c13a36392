package io.github.faltung.convolution;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A convolution said as several steps that run one after the other: prepared layers, and copies that rearrange what is between them. What an
 * engine compiles into one {@link Routine}. Immutable.
 *
 * @param problem what the steps compute together, as messages quote it
 * @param formulation how it is said, in a few words
 * @param source the caller's source
 * @param destination the caller's destination
 * @param steps at least one
 * @param notes why it is said so, where that is not obvious
 */
public record Program(
        ConvolutionProblem problem,
        String formulation,
        Storage source,
        Storage destination,
        List<Step> steps,
        List<String> notes) {

    /** One step. */
    public sealed interface Step {
        /** Returns what it reads. */
        Region from();

        /** Returns what it writes. */
        Region to();
    }

    /**
     * Copies elements.
     *
     * @param from of the type and dims of {@code to}
     */
    public record Copy(Region from, Region to) implements Step {
        /**
         * Checks that the two go together.
         *
         * @throws IllegalArgumentException if types or dims differ
         */
        public Copy {
            if (from.storage().dataType() != to.storage().dataType()
                    || !from.dims().equals(to.dims())) {
                throw new IllegalArgumentException("to must have the type and dims of " + from + ", but was " + to);
            }
        }
    }

    /**
     * Runs a layer.
     *
     * @param layer of the engine that is to compile the program
     * @param from {@code [MB, IC, spatial…]}, of the layer's source type
     * @param to {@code [MB, OC, spatial…]}, of the layer's destination type; read, too, if the layer has a {@link PostOp.Sum}
     */
    public record Apply(Convolution layer, Region from, Region to) implements Step {
        /**
         * Checks that the layer fits.
         *
         * @throws IllegalArgumentException if dims or types are not the layer's
         */
        public Apply {
            ConvolutionDescriptor descriptor = layer.descriptor();
            var problem = new ConvolutionProblem(descriptor, from.dims());
            if (!to.dims().equals(problem.dstDims())) {
                throw Rule.broken("to", "must have dims " + problem.dstDims(), to.dims(), descriptor);
            }
            if (from.storage().dataType() != descriptor.types().src()
                    || to.storage().dataType() != descriptor.types().dst()) {
                throw Rule.broken("types", "must be " + descriptor.types(), from + " and " + to, descriptor);
            }
        }

        /** Returns the layer with its source's dims. */
        public ConvolutionProblem problem() {
            return new ConvolutionProblem(layer.descriptor(), from.dims());
        }
    }

    /**
     * Checks that nothing writes the source, and that no other caller's memory is used.
     *
     * @throws IllegalArgumentException if a rule is broken
     */
    public Program {
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
        if (steps.isEmpty()) {
            throw Rule.broken("steps", "must be at least one", steps, problem);
        }
        for (Step step : steps) {
            requireOwn(step.from().storage(), source, destination, problem);
            requireOwn(step.to().storage(), source, destination, problem);
            if (step.to().storage() == source) {
                throw Rule.broken("steps", "must not write the source", step, problem);
            }
        }
    }

    private static void requireOwn(Storage storage, Storage source, Storage destination, ConvolutionProblem problem) {
        boolean callers = storage.kind() == Storage.Kind.SOURCE || storage.kind() == Storage.Kind.DESTINATION;
        if (callers && storage != source && storage != destination) {
            throw Rule.broken("steps", "must use no other caller's memory", storage, problem);
        }
    }

    /** Returns the places of the program's own. */
    public Set<Storage> scratch() {
        var all = new LinkedHashSet<Storage>();
        for (Step step : steps) {
            all.add(step.from().storage());
            all.add(step.to().storage());
        }
        all.remove(source);
        all.remove(destination);
        return all;
    }
}
