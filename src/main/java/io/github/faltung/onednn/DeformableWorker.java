package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/** What one worker needs for itself to make pieces of a deformable layer's output: a matrix, columns. For one thread at a time. */
final class DeformableWorker implements AutoCloseable {
    private final BilinearSampler sampler;
    private final SparseRows matrix;
    private final SamplingProduct product;
    private final Tensor columns;

    DeformableWorker(NativeEngine engine, DeformablePlan plan) {
        this.sampler = plan.sampler();
        this.matrix = new SparseRows(plan.mostRows(), plan.mostEntries());
        SparseSampling sparse = plan.sparse();
        this.columns = Tensor.allocate(DataType.F32, Dims.of(columnElements(plan)), Layout.CHANNELS_FIRST);
        try {
            this.product = sparse == null ? new JavaSampling(sampler.run()) : new SparseProduct(engine, sparse);
        } catch (Throwable e) {
            columns.close();
            throw e;
        }
    }

    private static long columnElements(DeformablePlan plan) {
        return (long) plan.mostRows() * plan.sampler().run();
    }

    /** Returns the bytes of a worker, those on the heap included. */
    static long bytes(DeformablePlan plan) {
        long matrix = plan.mostRows() + 2L * plan.mostEntries();
        return Float.BYTES * (columnElements(plan) + 2 * matrix);
    }

    /**
     * Makes a piece.
     *
     * @param src where the image begins, channels last
     * @param dst where the piece begins
     */
    void run(DeformableBlocks.Block block, BilinearSampler.Image image, long src, long dst) {
        matrix.clear();
        for (int oh = block.top(); oh < block.top() + block.rows(); oh++) {
            for (int ow = block.left(); ow < block.left() + block.width(); ow++) {
                sampler.addRows(image, oh, ow, matrix);
            }
        }
        product.multiply(matrix, src, columns.address());
        if (!block.plan().execute(columns.address(), dst)) {
            throw new IllegalStateException("the plan of a piece was retired before its owner");
        }
    }

    @Override
    public void close() {
        product.close();
        columns.close();
    }
}
