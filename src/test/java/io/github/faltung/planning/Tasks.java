package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;

/** Tasks of problem lines. */
final class Tasks {
    private Tasks() {}

    /** Returns a problem's task between dense tensors of one layout. */
    static Task of(String line, Layout layout) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        return Planner.task(
                problem,
                Storage.source(problem.descriptor().types().src(), Part.dense(problem.srcDims(), layout)),
                Storage.destination(problem.descriptor().types().dst(), Part.dense(problem.dstDims(), layout)));
    }
}
