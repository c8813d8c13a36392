package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Region;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A convolution from one region to another: what formulations say another way, and what an engine runs in the end. Immutable.
 * Each formulation asks for the problem and its axes, which therefore are made once.
 */
final class Task {
    private final ConvolutionDescriptor layer;
    private final Recipe recipe;
    private final Region src;
    private final Region dst;
    private final boolean separable;
    private final boolean settled;
    private final ConvolutionProblem problem;
    private final List<AxisGeometry> geometry;

    /**
     * Makes a task.
     *
     * @param layer what is computed; explicit padding, windows not turned
     * @param recipe how its parameters are made of those of the layer that is planned
     * @param src {@code [MB, IC, spatial…]}
     * @param dst {@code [MB, OC, spatial…]}
     */
    Task(ConvolutionDescriptor layer, Recipe recipe, Region src, Region dst) {
        this(layer, recipe, src, dst, false, false, new ConvolutionProblem(layer, src.dims()));
    }

    private Task(
            ConvolutionDescriptor layer,
            Recipe recipe,
            Region src,
            Region dst,
            boolean separable,
            boolean settled,
            ConvolutionProblem problem) {
        this.layer = layer;
        this.recipe = recipe;
        this.src = src;
        this.dst = dst;
        this.separable = separable;
        this.settled = settled;
        this.problem = problem;
        this.geometry = problem.axes();
    }

    ConvolutionDescriptor layer() {
        return layer;
    }

    Recipe recipe() {
        return recipe;
    }

    Region src() {
        return src;
    }

    Region dst() {
        return dst;
    }

    /** Returns whether each window is a column times a row, of which two passes keep the bound. */
    boolean separable() {
        return separable;
    }

    /** Returns whether the regions lie as the engine is to find them. */
    boolean settled() {
        return settled;
    }

    /** Returns the layer with its source's dims. */
    ConvolutionProblem problem() {
        return problem;
    }

    /** Returns the numbers of all spatial axes, the slowest first. */
    List<AxisGeometry> geometry() {
        return geometry;
    }

    /** Returns the layer's spatial axes, the slowest first. */
    List<Axis> axes() {
        return Axis.of(geometry, layer.transposed());
    }

    /** Returns the same convolution between other regions. */
    Task between(Region otherSrc, Region otherDst) {
        var other = new ConvolutionProblem(layer, otherSrc.dims());
        return new Task(layer, recipe, otherSrc, otherDst, separable, settled, other);
    }

    /** Returns the same convolution between regions of the same extents that lie as the engine is to find them. */
    Task settledBetween(Region otherSrc, Region otherDst) {
        return new Task(layer, recipe, otherSrc, otherDst, separable, true, problem);
    }

    /** Returns the same task with windows of which is known whether they are separable. */
    Task withSeparable(boolean known) {
        return new Task(layer, recipe, src, dst, known, settled, problem);
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
