package io.github.faltung.benchmarks.peer;

import ai.onnxruntime.OrtException;
import io.github.faltung.benchmarks.workload.DeformableWorkload;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.Workload;
import io.github.faltung.convolution.ConvolutionProblem;

/** ONNX Runtime: a Conv, ConvTranspose or DeformConv node. Channels first, whatever the workload's layout: it knows no other. */
public final class OnnxRuntimePeer {
    private static final String OFFSETS = "offsets";
    private static final String MASK = "mask";

    private OnnxRuntimePeer() {}

    /**
     * Makes a workload ready.
     *
     * @param spins whether idle threads spin, as is its default, or sleep
     */
    public static Prepared prepare(Workload workload, int threads, boolean spins) {
        try {
            return workload instanceof DeformableWorkload deformable
                    ? deformable(deformable, threads, spins)
                    : layer(Refusal.unlessLayer(workload), threads, spins);
        } catch (OrtException e) {
            throw new Refusal("ONNX Runtime refuses the model", e);
        }
    }

    private static Prepared layer(LayerWorkload workload, int threads, boolean spins) throws OrtException {
        ConvolutionProblem problem = workload.problem();
        boolean transposed = problem.descriptor().transposed();
        var model = new OneNodeModel(transposed ? "ConvTranspose" : "Conv")
                .geometry(problem)
                .input(OneNodeModel.SRC, problem.srcDims())
                .weights(problem.descriptor().weightsDims(), workload.weights());
        if (transposed) {
            model.ints("output_padding", OneNodeModel.each(problem.axes(), axis -> Math.max(0, -axis.paddingR())));
        }
        return new OnnxRuntimeSession(model.bytes(problem.dstDims()), problem.dstDims(), threads, spins)
                .input(OneNodeModel.SRC, workload.src(), problem.srcDims());
    }

    private static Prepared deformable(DeformableWorkload workload, int threads, boolean spins) throws OrtException {
        var problem = DeformableWorkload.PROBLEM;
        var model = new OneNodeModel("DeformConv")
                .geometry(problem.convolution())
                .input(OneNodeModel.SRC, problem.srcDims())
                .weights(problem.descriptor().convolution().weightsDims(), workload.weights())
                .input(OFFSETS, problem.offsetsDims());
        if (workload.masked()) {
            model.noInput().input(MASK, problem.maskDims()); // no bias
        }
        var session = new OnnxRuntimeSession(model.bytes(problem.dstDims()), problem.dstDims(), threads, spins)
                .input(OneNodeModel.SRC, workload.src(), problem.srcDims())
                .input(OFFSETS, workload.offsets(), problem.offsetsDims());
        return workload.masked() ? session.input(MASK, workload.mask(), problem.maskDims()) : session;
    }
}
