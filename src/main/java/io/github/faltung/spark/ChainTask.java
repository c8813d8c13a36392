package io.github.faltung.spark;

import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.onednn.OneDnnOptions;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;

/**
 * One task: a chain over the records of a partition. Each record runs by itself, so that what becomes of it depends on no other, and so not on
 * the partitioning: how a convolution is said best, and so how its sums round, depends on its shape, of which a minibatch is part.
 *
 * @param chain what is computed
 * @param reader what a record means
 */
record ChainTask(Broadcast<byte[][]> chain, RecordReader reader) implements MapPartitionsFunction<Row, ChainResult> {
    @Override
    public Iterator<ChainResult> call(Iterator<Row> rows) {
        int cores = SparkEnv.get().conf().getInt("spark.executor.cores", 0);
        int threads = Math.min(
                OneDnnOptions.MOST_THREADS, TaskThreads.of(TaskContext.get().cpus(), cores));
        SharedChain shared = SharedChain.ofTask(PackedChain.of(chain.value()), threads);
        Sequential layers = shared.layers();
        return new MappedRows<>(rows, row -> result(layers, row));
    }

    private ChainResult result(Sequential layers, Row row) {
        String path = reader.path(row);
        try (Tensor src = reader.read(row)) {
            Dims dims = layers.descriptor().dstDims(src.dims());
            if (dims.elements() > Integer.MAX_VALUE - 8) {
                return ChainResult.failed(path, "its feature map has more elements than an array holds: " + dims);
            }
            try (Tensor dst = layers.forward(src)) {
                return ChainResult.of(path, dims.toArray(), dst.toFloatArray());
            }
        } catch (IOException | IllegalArgumentException | UnsupportedConvolutionException e) {
            return ChainResult.failed(path, String.valueOf(e.getMessage()));
        }
    }
}
