package io.github.faltung.fuzz;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/** Gradients of convolutions. */
final class GradientsTarget extends CallTarget {
    private static final int PROBLEMS = 12;

    private final List<Prepared> layers = new ArrayList<>();

    private record Prepared(ConvolutionProblem problem, ConvolutionGradients gradients) {}

    GradientsTarget() {
        super("gradients");
        List<ConvolutionProblem> problems =
                new RandomProblems(7).wide().withoutPostOps().take(PROBLEMS);
        for (ConvolutionProblem problem : problems) {
            for (Engine engine : Engines.all()) {
                layers.add(new Prepared(problem, engine.gradients(problem.descriptor())));
            }
        }
    }

    @Override
    void call(Choices choices, HandedTensors tensors) {
        Prepared given = choices.of(layers);
        ConvolutionProblem problem = given.problem();
        ConvolutionDescriptor layer = problem.descriptor();
        if (choices.oneIn(2)) {
            given.gradients()
                    .backwardData(
                            tensors.of(DataType.F32, layer.weightsDims()),
                            tensors.of(DataType.F32, problem.dstDims()),
                            tensors.of(DataType.F32, problem.srcDims()));
        } else {
            given.gradients()
                    .backwardWeights(
                            tensors.of(DataType.F32, problem.srcDims()),
                            tensors.of(DataType.F32, problem.dstDims()),
                            tensors.of(DataType.F32, layer.weightsDims()),
                            choices.oneIn(2) ? tensors.of(DataType.F32, layer.biasDims()) : null);
        }
    }
}
