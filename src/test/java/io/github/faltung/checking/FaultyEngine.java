package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The reference engine with a fault: the calls are right but for what the fault does to the output. Its layers are no Evaluators. */
final class FaultyEngine extends Engine {
    /** What is wrong. */
    interface Fault {
        /**
         * Spoils a result.
         *
         * @param right what is right, channels first; to be changed
         * @param before what the destination held
         */
        void spoil(float[] right, float[] before);
    }

    /** Faults of which every one must be found. */
    enum Kind implements Fault {
        FLIPPED_LAST {
            @Override
            public void spoil(float[] right, float[] before) {
                right[right.length - 1] = 1 - right[right.length - 1];
            }
        },
        UNWRITTEN_FIRST {
            @Override
            public void spoil(float[] right, float[] before) {
                right[0] = before[0];
            }
        },
        ALL_ZERO {
            @Override
            public void spoil(float[] right, float[] before) {
                Arrays.fill(right, 0);
            }
        },
        ALL_UNWRITTEN {
            @Override
            public void spoil(float[] right, float[] before) {
                System.arraycopy(before, 0, right, 0, right.length);
            }
        },
        TWO_SWAPPED {
            @Override
            public void spoil(float[] right, float[] before) {
                int other = 1;
                while (right[other] == right[0]) {
                    other++;
                }
                float first = right[0];
                right[0] = right[other];
                right[other] = first;
            }
        },
        NAN {
            @Override
            public void spoil(float[] right, float[] before) {
                right[0] = Float.NaN;
            }
        },
        INFINITE {
            @Override
            public void spoil(float[] right, float[] before) {
                right[0] = Float.POSITIVE_INFINITY;
            }
        }
    }

    private final Fault fault;
    final List<Tensor> tensors = new CopyOnWriteArrayList<>();
    final List<Convolution> layers = new CopyOnWriteArrayList<>();

    private FaultyEngine(Fault fault, ReferenceEngine right) {
        super("faulty", right::close);
        this.fault = fault;
        this.right = right;
    }

    private final ReferenceEngine right;

    static FaultyEngine with(Fault fault) {
        return new FaultyEngine(fault, new ReferenceEngine());
    }

    static FaultyEngine withoutFault() {
        return with((result, before) -> {});
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        tensors.add(weights);
        if (bias != null) {
            tensors.add(bias);
        }
        Convolution layer = right.convolution(descriptor, weights, bias);
        var spoiled = new Convolution(this, descriptor, layer::close) {
            @Override
            protected void compute(Tensor src, Tensor dst) {
                tensors.add(src);
                tensors.add(dst);
                float[] before = dst.toFloatArray();
                layer.forward(src, dst);
                float[] result = dst.toFloatArray();
                fault.spoil(result, before);
                dst.copyFrom(result, Layout.CHANNELS_FIRST);
            }

            @Override
            protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
                return new Explanation(problem.toString(), "faulty", "direct", "spoiled", 0, 0, List.of("on purpose"));
            }
        };
        layers.add(spoiled);
        return spoiled;
    }
}
