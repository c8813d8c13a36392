package io.github.faltung.image;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A layer's output channels for one picture, each with the weights that made it. Immutable. */
public final class FeatureMaps {
    /** The most channels that a {@link FeatureMapSheet} shows. */
    public static final int MOST_MAPS = 256;

    private final ConvolutionProblem problem;
    private final float[] weights;
    private final float[] maps;
    private final List<String> names;

    private FeatureMaps(ConvolutionProblem problem, float[] weights, float[] maps, List<String> names) {
        this.problem = problem;
        this.weights = weights;
        this.maps = maps;
        this.names = names;
    }

    /**
     * Computes the maps.
     *
     * @param engine runs the layer, once
     * @param layer of two spatial axes, at most {@link #MOST_MAPS} output channels and without a sum
     * @param weights {@code [OC, IC/G, KH, KW]}, transposed {@code [IC, OC/G, KH, KW]}, of the layer's type, read
     * @param bias {@code [OC]}, read; {@code null} for none
     * @param src {@code [1, IC, height, width]}, of the layer's source's type, read
     * @throws UnsupportedDrawingException if the layer is another, or a value of the output is not finite
     * @throws IllegalArgumentException if a tensor does not fit
     */
    public static FeatureMaps of(
            Engine engine, ConvolutionDescriptor layer, Tensor weights, @Nullable Tensor bias, Tensor src) {
        if (layer.spatialRank() != 2) {
            throw new UnsupportedDrawingException("spatial axes", "must be 2", layer.spatialRank(), layer);
        }
        var problem = new ConvolutionProblem(layer, src.dims());
        atMost(1, "minibatch", problem.minibatch(), problem);
        atMost(MOST_MAPS, "output channels", layer.outputChannels(), problem);
        if (layer.readsDestination()) {
            throw new UnsupportedDrawingException("postOps", "must have no sum", layer.postOps(), problem);
        }
        try (Convolution convolution = engine.convolution(layer, weights, bias);
                Tensor dst = convolution.forward(src)) {
            float[] maps = dst.toFloatArray();
            for (int i = 0; i < maps.length; i++) {
                if (!Float.isFinite(maps[i])) {
                    throw new UnsupportedDrawingException(
                            "output element " + i, "must be a finite number", maps[i], problem);
                }
            }
            List<String> names = Collections.nCopies(layer.outputChannels(), "");
            return new FeatureMaps(problem, weights.toFloatArray(), maps, names);
        }
    }

    private static void atMost(long most, String field, long value, ConvolutionProblem problem) {
        if (value > most) {
            throw new UnsupportedDrawingException(field, "must be at most " + most, value, problem);
        }
    }

    /**
     * Returns the same maps with names.
     *
     * @throws IllegalArgumentException if there is not one for each
     */
    public FeatureMaps named(List<String> perMap) {
        if (perMap.size() != count()) {
            throw new IllegalArgumentException(
                    "names must be one for each of " + count() + " maps, but were " + perMap.size() + ": " + problem);
        }
        return new FeatureMaps(problem, weights, maps, List.copyOf(perMap));
    }

    /** Returns the layer and the dims of what it was applied to. */
    public ConvolutionProblem problem() {
        return problem;
    }

    /** Returns the number of maps: of output channels. */
    public int count() {
        return problem.descriptor().outputChannels();
    }

    /** Returns a map's name, or an empty text. */
    public String name(int map) {
        return names.get(map);
    }

    /** Returns a map's height in elements. */
    public int height() {
        return (int) problem.dstDims().get(2);
    }

    /** Returns a map's width in elements. */
    public int width() {
        return (int) problem.dstDims().get(3);
    }

    /** Returns a new array of a map's elements, {@code [height, width]}. */
    public float[] map(int map) {
        int size = height() * width();
        return Arrays.copyOfRange(maps, map * size, (map + 1) * size);
    }

    /** Returns a new array of the weights that make a map, {@code [IC/G, KH, KW]}: those of an input channel after those of the one before. */
    public float[] weights(int map) {
        var own = new float[weights.length / count()];
        int found = 0;
        for (int i = 0; i < weights.length; i++) {
            if (problem.descriptor().weightOutputChannel(i) == map) {
                own[found++] = weights[i];
            }
        }
        return own;
    }
}
