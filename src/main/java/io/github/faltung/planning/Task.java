package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Region;
import java.util.function.UnaryOperator;

/**
 * A convolution from one region to another: what formulations say another way, and what an engine runs in the end.
 *
 * @param layer what is computed; explicit padding, windows not turned
 * @param recipe how its parameters are made of those of the layer that is planned
 * @param src {@code [MB, IC, spatial…]}
 * @param dst {@code [MB, OC, spatial…]}
 * @param separable whether each window is a column times a row, of which two passes keep the bound
 * @param settled whether the regions lie as the engine is to find them
 */
record Task(ConvolutionDescriptor layer, Recipe recipe, Region src, Region dst, boolean separable, boolean settled) {
    Task(ConvolutionDescriptor layer, Recipe recipe, Region src, Region dst) {
        this(layer, recipe, src, dst, false, false);
    }

    /** Returns the layer with its source's dims. */
    ConvolutionProblem problem() {
        return new ConvolutionProblem(layer, src.dims());
    }

    /** Returns the same convolution between other regions. */
    Task between(Region otherSrc, Region otherDst) {
        return new Task(layer, recipe, otherSrc, otherDst, separable, settled);
    }

    /** Returns the same convolution between regions that lie as the engine is to find them. */
    Task settledBetween(Region otherSrc, Region otherDst) {
        return new Task(layer, recipe, otherSrc, otherDst, separable, true);
    }

    /** Returns the same task with windows of which is known whether they are separable. */
    Task withSeparable(boolean known) {
        return new Task(layer, recipe, src, dst, known, settled);
    }

    /** Returns whether a formulation has been used on the way here. */
    boolean isSaidBy(String step) {
        return recipe.name().contains("/" + step);
    }

    /** Returns a task that does the work of this one. */
    Task saidAs(ConvolutionDescriptor other, String step, UnaryOperator<Parameters> change, Region from, Region to) {
        return new Task(other, recipe.then(step, change), from, to);
    }
}
