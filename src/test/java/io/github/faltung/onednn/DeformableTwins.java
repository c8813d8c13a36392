package io.github.faltung.onednn;

import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Runs deformable layers on both engines, in a child JVM, and says whether every bit agrees. */
final class DeformableTwins {
    private static final List<DeformableDescriptor> LAYERS = List.of(
            DeformableDescriptor.deformable2d(8, 4).kernel(3).padding(1).build(),
            DeformableDescriptor.deformable2d(70, 20).kernel(2).offsetGroups(7).build(),
            DeformableDescriptor.deformable2d(12, 6)
                    .kernel(3, 2)
                    .stride(2)
                    .groups(3)
                    .offsetGroups(2)
                    .build());

    private DeformableTwins() {}

    /** Prints {@code all equal}, what runs, and why OpenMP's threads can't be limited. */
    public static void main(String[] args) {
        try (Engine oneDnn = OneDnnEngine.open();
                Engine java = new ReferenceEngine()) {
            boolean equal = true;
            for (DeformableDescriptor layer : LAYERS) {
                for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                    equal &= areEqual(oneDnn, java, layer, layout);
                }
            }
            System.out.println(equal ? "all equal" : "not all equal");
            System.out.println("info " + OneDnnEngine.info().threadLimitFailure());
        }
    }

    private static boolean areEqual(Engine oneDnn, Engine java, DeformableDescriptor layer, Layout layout) {
        var problem =
                new DeformableProblem(layer, Dims.of(2, layer.convolution().inputChannels(), 30, 31));
        try (Tensor weights = filled(layer.convolution().weightsDims(), Layout.CHANNELS_FIRST, 3, 1);
                Tensor src = filled(problem.srcDims(), layout, 5, 1);
                Tensor offsets = filled(problem.offsetsDims(), layout, 9, 0.5f);
                Tensor mask = filled(problem.maskDims(), layout, 3, 0.5f);
                DeformableConvolution fast = oneDnn.deformable(layer, weights, null);
                DeformableConvolution plain = java.deformable(layer, weights, null);
                Tensor found = fast.forward(src, offsets, mask);
                Tensor expected = plain.forward(src, offsets, mask)) {
            System.out.println(fast.explain(src.dims(), layout));
            return Arrays.equals(found.toFloatArray(), expected.toFloatArray());
        }
    }

    /** Whole multiples of {@code unit}, in turns, few enough that every sum is exact. */
    private static Tensor filled(Dims dims, Layout layout, int different, float unit) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7 % 11 % different - different / 3) * unit;
        }
        Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
