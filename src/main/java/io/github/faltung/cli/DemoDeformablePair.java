package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A deformable row: taps that swing by up to two pixels around where they would be, masks from 0 to 1. */
final class DemoDeformablePair implements DemoPair {
    private static final double MOST_PIXELS = 2;

    private final DemoRow row;
    private final DemoData data;
    private final Tensor offsets;
    private final @Nullable Tensor mask;
    private final DeformableConvolution layer;
    private final DeformableConvolution twin;

    DemoDeformablePair(DemoRow row, DemoData data, Engine engine, Engine reference) {
        this.row = row;
        this.data = data;
        var descriptor = new DeformableDescriptor(row.layer(), row.deformation().offsetGroups());
        var problem = new DeformableProblem(descriptor, data.src.dims());
        offsets = waves(problem.offsetsDims(), row.layout(), MOST_PIXELS, 0);
        mask = row.deformation().isMasked() ? waves(problem.maskDims(), row.layout(), 0.5, 0.5) : null;
        twin = reference.deformable(descriptor, data.weights, data.bias);
        try {
            layer = engine.deformable(descriptor, data.weights, data.bias);
        } catch (RuntimeException e) {
            twin.close();
            closeTensors();
            throw e;
        }
    }

    /** Fills a tensor with a sine of the position, of which no two neighbours are alike. */
    private static Tensor waves(Dims dims, Layout layout, double height, double middle) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (middle + height * Math.sin(i));
        }
        Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    @Override
    public Expected evaluate() {
        Evaluation expected =
                ((DeformableEvaluator) twin).evaluate(new DeformableArguments(data.src, offsets, mask, data.dst));
        OutputSample all = OutputSample.of(data.dst.dims(), Long.MAX_VALUE, 0);
        return found -> Comparison.bounded(row.layer().postOps(), expected, all, found);
    }

    @Override
    public void forward() {
        layer.forward(data.src, offsets, mask, data.dst);
    }

    @Override
    public String implementation() {
        return DemoPair.text(layer.explain(data.src.dims(), row.layout()));
    }

    @Override
    public Tensor dst() {
        return data.dst;
    }

    private void closeTensors() {
        offsets.close();
        if (mask != null) {
            mask.close();
        }
    }

    @Override
    public void close() {
        layer.close();
        twin.close();
        closeTensors();
        data.close();
    }
}
