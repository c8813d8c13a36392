package io.github.faltung.fuzz;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.RandomPoolings;
import io.github.faltung.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/** Poolings of every kind and type. */
final class PoolingTarget extends CallTarget {
    private static final int PROBLEMS = 24;

    private final List<Prepared> layers = new ArrayList<>();

    private record Prepared(PoolingProblem problem, Pooling pooling) {}

    PoolingTarget() {
        super("pooling");
        for (PoolingProblem problem : new RandomPoolings(9).typed().take(PROBLEMS)) {
            for (Engine engine : Engines.all()) {
                layers.add(new Prepared(problem, engine.pooling(problem.descriptor())));
            }
        }
    }

    @Override
    void call(Choices choices, HandedTensors tensors) {
        Prepared given = choices.of(layers);
        PoolingProblem problem = given.problem();
        DataType type = problem.descriptor().dataType();
        if (choices.oneIn(4)) {
            given.pooling().forward(tensors.of(type, problem.srcDims())).close();
        } else {
            given.pooling().forward(tensors.of(type, problem.srcDims()), tensors.of(type, problem.dstDims()));
        }
    }
}
