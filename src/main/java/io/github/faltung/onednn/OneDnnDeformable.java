package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Layout;

/** A deformable layer of the oneDNN engine. */
final class OneDnnDeformable extends DeformableConvolution {
    private final Callers callers;
    private final DeformableLayer layer;

    OneDnnDeformable(OneDnnEngine engine, DeformableDescriptor descriptor, DeformableLayer layer) {
        super(engine, descriptor, layer::close);
        this.callers = engine.callers();
        this.layer = layer;
    }

    @Override
    protected void compute(DeformableArguments arguments) {
        callers.enter();
        try {
            layer.forward(arguments);
        } finally {
            callers.exit();
        }
    }

    @Override
    protected Explanation explain(DeformableProblem problem, Layout layout) {
        return layer.explain(problem, layout, engine().name());
    }
}
