package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import java.util.List;

/**
 * Whether a comparison could have failed. An output tells something if it has a term (a product, a bias, a destination or constant that is
 * added), is not 0, which is what an engine that does nothing may leave, and was not pinned: to a bound by a clip, to its operand by a
 * maximum or minimum, to 0 by a product.
 */
final class Vacuity {
    /** How a reason begins. */
    static final String VACUOUS = "vacuous: ";

    /**
     * At least one in so many outputs that have a term must tell something. The fills are symmetric about 0, so a relu leaves half of
     * the outputs, and a sum of integers is itself 0 in less than half of the cases: a quarter remains, of which chance may take half.
     */
    private static final long ONE_IN = 8;

    private Vacuity() {}

    /** Returns why a comparison proves nothing; empty if it proves something. */
    static String reason(ConvolutionDescriptor layer, Evaluation expected, boolean hasBias) {
        // In large steps a bias may round to 0.
        boolean showsBias = hasBias && layer.quantization().dstScale() <= 1;
        return reason(layer.postOps(), Stored.exactly(layer, expected), expected, showsBias);
    }

    /**
     * The same.
     *
     * @param stored what the destination holds if all is right
     */
    static String reason(List<PostOp> chain, double[] stored, Evaluation expected, boolean hasBias) {
        boolean hasTerm = hasBias || chain.stream().anyMatch(Vacuity::addsTerm);
        long due = 0;
        long telling = 0;
        for (int i = 0; i < expected.products().length; i++) {
            if (hasTerm || expected.products()[i] > 0) {
                due++;
                telling += stored[i] != 0 && !isPinned(chain, expected, i) ? 1 : 0;
            }
        }
        // Where no output has a term, zeros are right, and the NaN that stood there before is gone.
        long needed = due == 0 ? 0 : Math.max(1, due / ONE_IN);
        return telling >= needed
                ? ""
                : VACUOUS + "only " + telling + " of " + expected.products().length
                        + " outputs are neither 0 nor at a bound of a clip, max or min, and " + needed + " must be";
    }

    private static boolean addsTerm(PostOp postOp) {
        return postOp instanceof PostOp.Sum
                || (postOp instanceof PostOp.Binary binary && binary.operation() == PostOp.Operation.ADD);
    }

    private static boolean isPinned(List<PostOp> chain, Evaluation expected, int element) {
        for (int stage = 0; stage < chain.size(); stage++) {
            double after = expected.stages().get(stage + 1)[element];
            if (isPinned(chain.get(stage), after, expected.operand(stage, element))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPinned(PostOp postOp, double after, double operand) {
        if (postOp instanceof PostOp.Eltwise eltwise) {
            return switch (eltwise.algorithm()) {
                case CLIP -> after == eltwise.alpha() || after == eltwise.beta();
                case HARDSIGMOID -> after == 0 || after == 1;
                default -> false;
            };
        }
        if (postOp instanceof PostOp.Binary binary) {
            return switch (binary.operation()) {
                case ADD -> false;
                case MUL -> operand == 0;
                case MAX, MIN -> after == operand;
            };
        }
        return false;
    }
}
