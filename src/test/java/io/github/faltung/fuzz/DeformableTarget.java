package io.github.faltung.fuzz;

import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deformable convolutions, whose offsets point anywhere. */
final class DeformableTarget extends CallTarget {
    private static final List<DeformableProblem> PROBLEMS = List.of(
            problem(DeformableDescriptor.deformable2d(2, 3).kernel(3, 3).build(), 5, 6),
            problem(
                    DeformableDescriptor.deformable2d(16, 16)
                            .kernel(3, 3)
                            .padding(1)
                            .build(),
                    4,
                    4),
            problem(
                    DeformableDescriptor.deformable2d(4, 4)
                            .kernel(1, 2)
                            .groups(2)
                            .offsetGroups(4)
                            .build(),
                    3,
                    7),
            problem(
                    DeformableDescriptor.deformable2d(6, 2)
                            .kernel(2, 2)
                            .stride(2)
                            .dilation(2)
                            .padding(2)
                            .postOps(PostOp.sum(), PostOp.relu())
                            .build(),
                    6,
                    5));

    private final List<Prepared> layers = new ArrayList<>();

    private record Prepared(DeformableProblem problem, DeformableConvolution layer) {}

    DeformableTarget() {
        super("deformable");
        for (DeformableProblem problem : PROBLEMS) {
            for (Engine engine : Engines.all()) {
                try (Tensor weights =
                        Tensor.allocate(problem.descriptor().convolution().weightsDims())) {
                    layers.add(new Prepared(problem, engine.deformable(problem.descriptor(), weights, null)));
                }
            }
        }
    }

    private static DeformableProblem problem(DeformableDescriptor layer, long height, long width) {
        return new DeformableProblem(layer, Dims.of(2, layer.convolution().inputChannels(), height, width));
    }

    @Override
    void call(Choices choices, HandedTensors tensors) {
        Prepared given = choices.of(layers);
        DeformableProblem problem = given.problem();
        Tensor src = tensors.of(DataType.F32, problem.srcDims());
        Tensor offsets = tensors.of(DataType.F32, problem.offsetsDims());
        @Nullable Tensor mask = choices.oneIn(2) ? tensors.of(DataType.F32, problem.maskDims()) : null;
        if (choices.oneIn(4)) {
            given.layer().forward(src, offsets, mask).close();
        } else {
            given.layer().forward(src, offsets, mask, tensors.of(DataType.F32, problem.dstDims()));
        }
    }
}
