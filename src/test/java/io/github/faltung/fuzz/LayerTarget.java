package io.github.faltung.fuzz;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolutions of every kind and type. */
final class LayerTarget extends CallTarget {
    private static final int PROBLEMS = 24;

    private final List<Prepared> layers = new ArrayList<>();

    private record Prepared(ConvolutionProblem problem, Engine engine, Convolution layer, boolean hasBias) {}

    LayerTarget() {
        super("layer");
        for (ConvolutionProblem problem : new RandomProblems(5).typed().wide().take(PROBLEMS)) {
            for (Engine engine : Engines.all()) {
                layers.add(prepare(problem, engine, layers.size() % 2 == 0));
            }
        }
    }

    private static Prepared prepare(ConvolutionProblem problem, Engine engine, boolean hasBias) {
        ConvolutionDescriptor layer = problem.descriptor();
        try (Tensor weights = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor bias = Tensor.allocate(layer.biasDims())) {
            return new Prepared(problem, engine, engine.convolution(layer, weights, hasBias ? bias : null), hasBias);
        }
    }

    @Override
    void call(Choices choices, HandedTensors tensors) {
        Prepared given = choices.of(layers);
        ConvolutionProblem problem = given.problem();
        ConvolutionDescriptor layer = problem.descriptor();
        Convolution convolution = given.layer();
        switch (choices.below(8)) {
            case 0 ->
                convolution
                        .forward(tensors.of(layer.types().src(), problem.srcDims()))
                        .close();
            case 1 -> arrays(choices, convolution, problem);
            case 2 -> convolution.updateWeights(weights(tensors, layer), bias(choices, tensors, given));
            case 3 ->
                given.engine()
                        .convolution(layer, weights(tensors, layer), bias(choices, tensors, given))
                        .close();
            default ->
                convolution.forward(
                        tensors.of(layer.types().src(), problem.srcDims()),
                        tensors.of(layer.types().dst(), problem.dstDims()));
        }
    }

    private static Tensor weights(HandedTensors tensors, ConvolutionDescriptor layer) {
        return tensors.of(layer.types().weights(), layer.weightsDims());
    }

    private static @Nullable Tensor bias(Choices choices, HandedTensors tensors, Prepared given) {
        boolean wanted = given.hasBias() != choices.oneIn(8);
        return wanted ? tensors.of(DataType.F32, given.problem().descriptor().biasDims()) : null;
    }

    private static void arrays(Choices choices, Convolution convolution, ConvolutionProblem problem) {
        var src = new float[length(choices, problem.srcDims())];
        if (choices.oneIn(2)) {
            convolution.forward(src, problem.srcDims(), new float[length(choices, problem.dstDims())]);
        } else {
            convolution.forward(src, problem.srcDims());
        }
    }

    private static int length(Choices choices, Dims dims) {
        return choices.oneIn(6) ? choices.below(64) : (int) dims.elements();
    }
}
