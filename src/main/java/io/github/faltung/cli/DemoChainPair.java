package io.github.faltung.cli;

import io.github.faltung.checking.ChainBound;
import io.github.faltung.checking.ChainFill;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;

/** A chain of layers, beside the reference's, each layer's error carried on to the next. */
record DemoChainPair(
        ChainBound bound, Sequential layers, Sequential twin, Layout layout, Tensor src, Tensor dst, Engine reference)
        implements DemoPair {
    /** Any seed does; a fixed one makes two runs comparable. */
    private static final int SEED = 21;

    static DemoPair open(DemoRow row, DemoChain kind, Picture photo, Engine engine, Engine reference) {
        Dims dims = row.problem(photo).srcDims();
        SequentialDescriptor chain = kind.of(dims);
        List<Tensor> parameters = ChainFill.parameters(chain, SEED);
        try {
            Sequential twin = Sequential.prepare(reference, chain, parameters);
            try {
                Sequential layers = Sequential.prepare(engine, chain, parameters);
                Tensor src = Tensor.allocate(DataType.F32, dims, row.layout());
                Tensor dst = Tensor.allocate(DataType.F32, chain.dstDims(dims), row.layout());
                src.copyFrom(row.source().values(photo, kind.channels()), Layout.CHANNELS_FIRST);
                var bound = new ChainBound(chain, parameters);
                return new DemoChainPair(bound, layers, twin, row.layout(), src, dst, reference);
            } catch (RuntimeException e) {
                twin.close();
                throw e;
            }
        } catch (RuntimeException e) {
            parameters.forEach(Tensor::close);
            throw e;
        }
    }

    @Override
    public Expected evaluate() {
        twin.forward(src).close(); // not into dst, where the engine has yet to write it
        return found -> bound.compare(reference, src, found);
    }

    @Override
    public void forward() {
        layers.forward(src, dst);
    }

    /** Returns what runs the first layer, and how many others there are besides: all of them would fill a paragraph. */
    @Override
    public String implementation() {
        var names = new LinkedHashSet<>(layers.implementationNames(src.dims(), layout));
        String first = names.iterator().next();
        return names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
    }

    @Override
    public void close() {
        layers.close();
        twin.close();
        src.close();
        dst.close();
        bound.parameters().forEach(Tensor::close);
    }
}
