/**
 * Convolution on Apache Spark: {@link io.github.faltung.spark.DistributedChain a chain over many records}, pictures or arrays, and {@link
 * io.github.faltung.spark.TiledRaster a chain over one raster} that no executor can hold.
 *
 * <p>Imports {@link io.github.faltung.convolution}, {@link io.github.faltung.tensor}, {@link io.github.faltung.exchange} for arrays, {@link
 * io.github.faltung.image} for pictures, the entry point and the options of the engines behind it, and Spark's classes. Spark itself (4,
 * Scala 2.13) is the cluster's: a program that uses this has {@code spark-sql_2.13} with scope {@code provided}, as all Spark programs do, and who
 * does not use it never gets it.
 *
 * <pre>{@code
 * try (Tensor weights = Tensor.of(trained, layer.weightsDims())) {
 *     ChainResults results = DistributedChain.of(layer, weights, null)
 *             .withWhite(1)
 *             .binaryFiles(spark.read().format("binaryFile").load("/shared/pictures"));
 *     results.features().write().parquet("/shared/features");
 *     results.failures().write().csv("/shared/failures");
 * }
 * }</pre>
 *
 * <p><b>Processes and threads.</b> The weights are broadcast: an executor fetches them once, and packs them once, for all its tasks. It opens one
 * engine when its first task asks, and closes it when it ends. With {@code spark.task.cpus} of 1, which is best here, each task computes on its
 * own thread and no other, so an executor uses as many processors as it has cores. With more, the engine's threads are what {@code
 * spark.executor.cores} allows, and the tasks' calls share them; where that is not set, they are one task's. Rasters are computed on one
 * thread a tile in any case.
 *
 * <p><b>The same results.</b> A record is a call of its own, and nothing is measured on executors, so that a result depends on the record, the
 * chain, the wisdom sent, the engine's number of threads and the kind of CPU, and on nothing else: not on partitions, neighbours, retries or
 * speculation. CPUs of different instruction sets may round sums of floating-point numbers differently; layers of 8-bit integers give the same
 * results on all.
 *
 * <p><b>What fails.</b> A record that can't be read, is too large, or does not fit the chain is a failure, in a view of its own, with path and reason. A file
 * without a byte is no record to Spark's sources, which leave it out. What would fail for every record fails the job: natives that don't load, memory that is not
 * there.
 *
 * <p><b>Why halos are read, not joined.</b> A tile's row carries what its windows see of the neighbours. Joining tiles with their eight
 * neighbours would send all of the raster through a shuffle; reading the halo sends {@code (1 + 2h/t)² − 1} of it again, 4 % for tiles of 1024
 * and windows of 21, and no task waits for another.
 *
 * <p><b>Not supported.</b> Spark Connect, whose clients have no {@code SparkContext} to broadcast with.
 */
@NullMarked
package io.github.faltung.spark;

import org.jspecify.annotations.NullMarked;
