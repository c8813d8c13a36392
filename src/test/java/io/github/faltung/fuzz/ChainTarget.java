package io.github.faltung.fuzz;

import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Chains of layers: prepared with parameters, and run. */
final class ChainTarget extends CallTarget {
    private static final Dims SRC = Dims.of(2, 3, 8, 7);

    private static final List<SequentialDescriptor> CHAINS = List.of(
            SequentialDescriptor.of(
                    Link.withBias(conv(3, 4).build()), Link.of(conv(4, 2).build())),
            SequentialDescriptor.of(
                            Link.of(conv(3, 5).build()),
                            Link.of(PoolingDescriptor.max2d()
                                    .kernel(3)
                                    .padding(1)
                                    .stride(1)
                                    .build()))
                    .thenAdding(
                            1,
                            Link.withBias(conv(5, 5)
                                    .postOps(PostOp.sum(), PostOp.relu())
                                    .build())));

    private final List<Prepared> prepared = new ArrayList<>();

    private record Prepared(SequentialDescriptor chain, Engine engine, Sequential layers) {}

    ChainTarget() {
        super("chain");
        for (SequentialDescriptor chain : CHAINS) {
            for (Engine engine : Engines.all()) {
                List<Tensor> parameters =
                        chain.parameterDims().stream().map(Tensor::allocate).toList();
                prepared.add(new Prepared(chain, engine, Sequential.prepare(engine, chain, parameters)));
                parameters.forEach(Tensor::close);
            }
        }
    }

    private static ConvolutionBuilder conv(int in, int out) {
        return ConvolutionDescriptor.conv2d(in, out).kernel(3).padding(Padding.same());
    }

    @Override
    void call(Choices choices, HandedTensors tensors) {
        Prepared given = choices.of(prepared);
        if (choices.oneIn(8)) {
            var parameters = new ArrayList<Tensor>();
            given.chain().parameterDims().forEach(dims -> parameters.add(tensors.of(DataType.F32, dims)));
            if (choices.oneIn(8)) {
                parameters.remove(choices.below(parameters.size()));
            }
            Sequential.prepare(given.engine(), given.chain(), parameters).close();
            return;
        }
        Tensor src = tensors.of(DataType.F32, SRC);
        if (choices.oneIn(4)) {
            given.layers().forward(src).close();
        } else {
            given.layers().forward(src, tensors.of(DataType.F32, given.chain().dstDims(SRC)));
        }
    }
}
