package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Tensor;

/** What a row runs, on the engine and on the reference, with the tensors. A kind of layer joins the demo by one small class. */
interface DemoPair extends AutoCloseable {
    /** Prepares both, as the row's kind of layer. */
    static DemoPair open(DemoRow row, Picture photo, Engine engine, Engine reference) {
        if (row.chain() != null) {
            return DemoChainPair.open(row, row.chain(), photo, engine, reference);
        }
        if (row.pooling() != null) {
            return DemoPoolingPair.open(row, row.pooling(), photo, engine, reference);
        }
        var data = new DemoData(row, row.problem(photo), photo);
        try {
            if (row.kernel() == DemoKernel.GAUSS) {
                return DemoSeparablePair.open(row, data, engine, reference);
            }
            return row.deformation() == DemoDeformation.NONE
                    ? DemoConvolutionPair.open(row, data, engine, reference)
                    : new DemoDeformablePair(row, data, engine, reference);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /** What is right. */
    interface Expected {
        /** Compares with the engine's output, channels first. */
        Comparison compare(float[] found);
    }

    /** Has the reference say what is right, which is timed; reads what a residual sum adds, so it comes first. */
    Expected evaluate();

    /** Has the engine compute. */
    void forward();

    /** Returns the name of the code that computes, with the formulation in front if that is not direct. */
    String implementation();

    /** Returns what the engine writes. */
    Tensor dst();

    /** Closes layers and tensors. */
    @Override
    void close();

    /** Returns an explanation in a few words. */
    static String text(Explanation explanation) {
        boolean direct = explanation.formulation().equals("direct");
        return direct ? explanation.implementation() : explanation.formulation() + ": " + explanation.implementation();
    }
}
