package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;

/**
 * A layer as image libraries see it: planes, each filtered by a kernel of its own into a plane of the same size.
 *
 * @param count of planes, images and channels together
 */
record Planes(LayerWorkload workload, int count, int height, int width, int kernelHeight, int kernelWidth) {
    /** Returns the planes of a layer, if it is such a filter. */
    static Planes of(LayerWorkload workload) {
        ConvolutionProblem problem = workload.problem();
        ConvolutionDescriptor layer = problem.descriptor();
        boolean filters = layer.spatialRank() == 2
                && !layer.transposed()
                && layer.groups() == layer.inputChannels()
                && layer.groups() == layer.outputChannels()
                && problem.axes().stream().allMatch(Planes::isSame);
        if (!filters) {
            throw new Refusal("filters planes only, one into one of the same size");
        }
        return new Planes(
                workload,
                problem.minibatch() * layer.groups(),
                (int) problem.axis(0).src(),
                (int) problem.axis(1).src(),
                layer.kernel().get(0),
                layer.kernel().get(1));
    }

    private static boolean isSame(AxisGeometry axis) {
        return axis.stride() == 1
                && axis.dilation() == 1
                && axis.kernel() % 2 == 1
                && axis.paddingL() == axis.kernel() / 2
                && axis.paddingR() == axis.kernel() / 2;
    }

    int area() {
        return height * width;
    }

    float[] plane(float[] all, int index) {
        return part(all, index, area());
    }

    /** Returns the kernel that filters a plane. */
    float[] kernel(int plane) {
        int channels = workload.problem().descriptor().groups();
        return part(workload.weights(), plane % channels, kernelHeight * kernelWidth);
    }

    private static float[] part(float[] all, int index, int size) {
        var part = new float[size];
        System.arraycopy(all, index * size, part, 0, size);
        return part;
    }
}
