package io.github.faltung.onednn;

import io.github.faltung.convolution.UnsupportedConvolutionException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which defects of oneDNN an engine leads around: all that are known, unless a test wants to see what one does. Immutable.
 *
 * @param lifted constants of {@link KnownDefect}, {@link GradientDefect} and {@link CopyDefect} that may strike
 */
record Guards(Set<? extends Enum<?>> lifted) {
    /** What users get: nothing is lifted. */
    static final Guards ALL = new Guards(Set.of());

    /** Returns what happens in each defect that is led around, and where it is known from. */
    static List<String> texts() {
        return Stream.of(KnownDefect.values(), GradientDefect.values(), CopyDefect.values())
                .flatMap(Arrays::stream)
                .map(Object::toString)
                .toList();
    }

    /** Returns the first defect that may strike a forward problem, or a gradient by the source, on an implementation. */
    Optional<KnownDefect> against(Candidate candidate) {
        return Arrays.stream(KnownDefect.values())
                .filter(defect -> !lifted.contains(defect) && defect.strikes(candidate))
                .findFirst();
    }

    /**
     * Checks that oneDNN may be asked which implementations there are.
     *
     * @param problem for messages
     * @throws UnsupportedConvolutionException if a defect may strike then already, or whichever is taken
     */
    void requireAskable(ForwardShape shape, Object problem) {
        for (KnownDefect defect : KnownDefect.values()) {
            if (!lifted.contains(defect) && defect.strikesAnyway(shape)) {
                throw new UnsupportedConvolutionException("oneDNN is not asked (" + defect + "): " + problem);
            }
        }
    }

    /** Returns the first defect that may strike a gradient by the weights on an implementation. */
    Optional<GradientDefect> against(String implementation, ForwardShape shape) {
        return Arrays.stream(GradientDefect.values())
                .filter(defect -> !lifted.contains(defect) && defect.strikes(implementation, shape))
                .findFirst();
    }

    /** Returns whether a copy has to be led around a defect. */
    boolean leadAround(CopyDefect defect, CopyShape copy) {
        return !lifted.contains(defect) && defect.strikes(copy);
    }
}
