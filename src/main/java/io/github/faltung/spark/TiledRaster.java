package io.github.faltung.spark;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.exchange.NpyArray;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * A chain of convolutions over one raster that may be larger than an executor's memory, or than any machine's: an {@code .npy} file of
 * {@code [H, W]} or {@code [C, H, W]}, cut into tiles. Each tile is read with its halo, what its windows see of its neighbours, by the task that
 * computes it: nothing is shuffled, and of a tile of t × t with a halo of h all round {@code (1 + 2h/t)²} as much is read as it has.
 *
 * <pre>{@code
 * TiledRaster raster = TiledRaster.of(chain, parameters, Path.of("/shared/scene.npy"));
 * raster.compute(spark, Path.of("/shared/edges.npy"));  // on the executors, or
 * raster.compute(4, Path.of("edges.npy"));              // on this machine
 * }</pre>
 *
 * <p><b>The same bits.</b> The two ways make the same file, bit for bit, whatever the number of executors, cores and partitions and whatever is
 * lost and done again, given CPUs of one kind: each tile is computed by itself, by one thread, padded where the raster ends and nowhere else.
 * With <em>other tiles</em>, or without, sums of f32, bf16 and f16 may be rounded in another order, since which kernel is fastest depends on the
 * shape; each result is within the library's bound of the exact one. 8-bit layers have the same results whatever the tiles, on all CPUs.
 *
 * <p>Each executor must see the files by the same paths (a shared file system). What keeps rasters elsewhere makes the
 * {@linkplain #sources tiles} itself. Immutable and thread-safe.
 */
@SuppressWarnings("exports") // Spark's types are in no module, see module-info
public final class TiledRaster {
    /** Tiles of 4 MB a channel in f32: a halo of ten is then read twice in 4 % of the samples, and a task holds few of them. */
    public static final int DEFAULT_TILE = 1024;

    /** Partitions for each core: a lost one is done again, and the last ones leave few cores idle. */
    private static final long PARTITIONS_PER_CORE = 8;

    private final PackedChain packed;
    private final Description description;

    private TiledRaster(PackedChain packed, Description description) {
        this.packed = packed;
        this.description = description;
    }

    /**
     * What a task has to know besides the weights.
     *
     * @param chain the chain
     * @param file the raster's file
     * @param extents {@code [1, C, H, W]}
     * @param planar whether the file has no axis of channels
     */
    record Description(
            SequentialDescriptor chain, String file, List<Long> extents, boolean planar, int tileHeight, int tileWidth)
            implements Serializable {
        Tiling tiling() {
            Dims src = Dims.of(extents.stream().mapToLong(Long::longValue).toArray());
            return new Tiling(chain, src, tileHeight, tileWidth);
        }
    }

    /**
     * Makes one, with tiles of {@value #DEFAULT_TILE} squared. The weights are copied.
     *
     * @param chain convolutions over two spatial axes, none transposed, without skips, each padded by less than its windows' extent
     * @param parameters tensors of {@link SequentialDescriptor#parameterDims}, in that order, read
     * @param raster an {@code .npy} file of the chain's source type
     * @throws IllegalArgumentException if the chain is no such one or can't be applied to the raster
     * @throws IOException if the raster can't be read
     */
    public static TiledRaster of(SequentialDescriptor chain, List<Tensor> parameters, Path raster) throws IOException {
        try (NpyArray array = NpyArray.open(raster)) {
            Dims dims = array.dims();
            if (dims.rank() != 2 && dims.rank() != 3) {
                throw new IllegalArgumentException(
                        "a raster must have 2 axes, or 3 with channels, but " + raster + " has " + dims);
            }
            if (array.dataType() != chain.valueType(0)) {
                throw new IllegalArgumentException("a raster must be of the chain's source type, " + chain.valueType(0)
                        + ", but " + raster + " is of " + array.dataType());
            }
            boolean planar = dims.rank() == 2;
            List<Long> extents = planar
                    ? List.of(1L, 1L, dims.get(0), dims.get(1))
                    : List.of(1L, dims.get(0), dims.get(1), dims.get(2));
            String file = raster.toAbsolutePath().toString();
            return new TiledRaster(
                            PackedChain.of(chain, parameters),
                            new Description(chain, file, extents, planar, DEFAULT_TILE, DEFAULT_TILE))
                    .checked();
        }
    }

    private TiledRaster checked() {
        description.tiling();
        return this;
    }

    /**
     * Returns the same with other tiles.
     *
     * @param height of a tile of the output
     * @param width of a tile of the output
     * @throws IllegalArgumentException if one is less than 1, or a tile would not fit into an array
     */
    public TiledRaster withTiles(int height, int width) {
        return new TiledRaster(
                        packed,
                        new Description(
                                description.chain(),
                                description.file(),
                                description.extents(),
                                description.planar(),
                                height,
                                width))
                .checked();
    }

    /** Returns the dims of the output's file, {@code [C, H, W]}, or {@code [H, W]} if it has one channel and the raster's file no axis of them. */
    public Dims dstDims() {
        Dims dst = description.tiling().dst();
        return description.planar() && dst.get(1) == 1
                ? Dims.of(dst.get(2), dst.get(3))
                : Dims.of(dst.get(1), dst.get(2), dst.get(3));
    }

    /** Returns how many tiles there are. */
    public long tiles() {
        return description.tiling().tiles();
    }

    /**
     * Computes on this machine, a tile at a time on each thread.
     *
     * @param threads how many tiles are worked on at once
     * @param dst is overwritten
     * @throws IOException if a file can't be read or written
     */
    public void compute(int threads, Path dst) throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive, but were " + threads);
        }
        Tiling tiling = description.tiling();
        try (NpyArray source = NpyArray.open(Path.of(description.file()));
                NpyArray result = NpyArray.create(dst, tiling.dstType(), dstDims());
                Engine engine = ExecutorEngines.open(new ExecutorEngines.Settings(TileWork.THREADS, packed.wisdom()))) {
            SharedChain chain = SharedChain.of(packed, engine);
            var next = new AtomicLong();
            Workers.run(threads, () -> {
                for (long i = next.getAndIncrement(); i < tiling.tiles(); i = next.getAndIncrement()) {
                    TileWork.write(result, tiling, TileWork.compute(chain, tiling, TileWork.read(source, tiling, i)));
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Computes on the executors, which write the output's file.
     *
     * @param dst is overwritten; each executor must see it by this path
     * @throws IOException if the file can't be made
     */
    public void compute(SparkSession session, Path dst) throws IOException {
        write(results(sources(session)), dst);
    }

    /** Returns all tiles with their halos, a row for each. */
    public Dataset<RasterTile> sources(SparkSession session) {
        long tiles = tiles();
        int cores = JavaSparkContext.fromSparkContext(session.sparkContext()).defaultParallelism();
        int partitions = (int) Math.min(tiles, PARTITIONS_PER_CORE * cores);
        return session.range(0, tiles, 1, partitions)
                .mapPartitions(new TileTask.Read(description), Encoders.bean(RasterTile.class));
    }

    /**
     * Returns what the chain makes of tiles, a row for each.
     *
     * @param sources tiles with their halos; those of {@link #sources}, or others of the same parts of the raster
     */
    public Dataset<RasterTile> results(Dataset<RasterTile> sources) {
        var chain = ChainBroadcast.send(sources.sparkSession(), packed);
        return sources.mapPartitions(new TileTask.Compute(chain, description), Encoders.bean(RasterTile.class));
    }

    /**
     * Writes results into one file, each to its place. A tile that is computed twice is written twice, the same.
     *
     * @param results all tiles' results
     * @param dst is overwritten; each executor must see it by this path
     * @throws IOException if the file can't be made
     */
    public void write(Dataset<RasterTile> results, Path dst) throws IOException {
        Path file = dst.toAbsolutePath();
        NpyArray.create(file, description.tiling().dstType(), dstDims()).close();
        results.foreachPartition(new TileTask.Write(description, file.toString()));
    }
}
