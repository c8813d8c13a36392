package io.github.faltung.spark;

import io.github.faltung.exchange.NpyArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/** What tasks do with the tiles of a partition, one after the other. */
final class TileTask {
    private TileTask() {}

    /**
     * Reads tiles with their halos.
     *
     * @param raster a file that every executor sees by this path
     */
    record Read(TiledRaster.Description raster) implements MapPartitionsFunction<Long, RasterTile> {
        @Override
        public Iterator<RasterTile> call(Iterator<Long> indices) throws IOException {
            Tiling tiling = raster.tiling();
            NpyArray source = NpyArray.open(Path.of(raster.file()));
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close(source));
            return new MappedRows<>(indices, index -> TileWork.read(source, tiling, index));
        }
    }

    private static void close(NpyArray array) {
        try {
            array.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computes tiles. */
    record Compute(Broadcast<byte[][]> chain, TiledRaster.Description raster)
            implements MapPartitionsFunction<RasterTile, RasterTile> {
        @Override
        public Iterator<RasterTile> call(Iterator<RasterTile> sources) {
            Tiling tiling = raster.tiling();
            SharedChain shared = SharedChain.ofTask(PackedChain.of(chain.value()), TileWork.THREADS);
            return new MappedRows<>(sources, source -> TileWork.compute(shared, tiling, source));
        }
    }

    /**
     * Writes results.
     *
     * @param result a file that is there, and that every executor sees by this path
     */
    record Write(TiledRaster.Description raster, String result) implements ForeachPartitionFunction<RasterTile> {
        @Override
        public void call(Iterator<RasterTile> computed) throws IOException {
            Tiling tiling = raster.tiling();
            try (NpyArray array = NpyArray.edit(Path.of(result))) {
                computed.forEachRemaining(tile -> TileWork.write(array, tiling, tile));
            }
        }
    }
}
