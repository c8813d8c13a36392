package io.github.faltung.convolution;

import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An engine that computes what a test says, and counts what it frees. */
final class FakeEngine extends Engine {
    /** Counters that refer to no engine, so that a forgotten one can be collected. */
    static final class Freed {
        final AtomicInteger engines = new AtomicInteger();
        final AtomicInteger layers = new AtomicInteger();
    }

    private final Freed freed;
    private final BiConsumer<Tensor, Tensor> body;

    FakeEngine(String name, Freed freed, BiConsumer<Tensor, Tensor> body) {
        super(name, freed.engines::incrementAndGet);
        this.freed = freed;
        this.body = body;
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        if (weights.get(0, 0, 0, 0) == -1) {
            throw new UnsupportedConvolutionException("weights of -1: " + descriptor);
        }
        return new FakeLayer(this, descriptor);
    }

    private static final class FakeLayer extends Convolution {
        private final BiConsumer<Tensor, Tensor> body;

        FakeLayer(FakeEngine engine, ConvolutionDescriptor descriptor) {
            super(engine, descriptor, engine.freed.layers::incrementAndGet);
            this.body = engine.body;
        }

        @Override
        protected void compute(Tensor src, Tensor dst) {
            body.accept(src, dst);
        }

        @Override
        protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
            return new Explanation(
                    problem.toString(), engine().name(), "direct", "fake:" + src, 3, 5, List.of("a note"));
        }
    }
}
