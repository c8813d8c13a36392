package io.github.faltung.spark;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.Picture;
import io.github.faltung.planning.Wisdom;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A layer, or a chain of them, with its weights, over the records of a dataset: pictures or arrays in, feature maps out.
 *
 * <pre>{@code
 * var chain = DistributedChain.of(layer, weights, bias).withWhite(1);
 * ChainResults results = chain.images(spark.read().format("image").load(folder));
 * results.features().write().parquet(features);
 * results.failures().show();
 * }</pre>
 *
 * <p>The weights are sent to each executor once. A record that is bad, or has a shape that the chain can't work on, becomes a failure
 * with its path and reason; what is wrong with an executor, such as natives that don't load, ends the job. Each record is a call of its own, so
 * results do not depend on the partitioning, on retries or on what else runs. Executors compute the same bits if they have CPUs of
 * one kind, since oneDNN's kernels differ by instruction set; 8-bit layers do on all CPUs.
 *
 * <p>Immutable and thread-safe; owns nothing that has to be closed. Spark's garbage collection drops what was broadcast.
 */
@SuppressWarnings("exports") // Spark's types are in no module, see module-info
public final class DistributedChain {
    /** A picture of 32 million pixels takes 400 MB in three planes of f32. */
    public static final long DEFAULT_MOST_PIXELS = 1L << 25;

    private final PackedChain packed;
    private final float white;
    private final long mostPixels;

    private DistributedChain(PackedChain packed, float white, long mostPixels) {
        this.packed = packed;
        this.white = white;
        this.mostPixels = mostPixels;
    }

    /**
     * Makes one of a chain. The weights are copied.
     *
     * @param chain whose links are serializable, as those of {@link Link}'s own methods are
     * @param parameters tensors of {@link SequentialDescriptor#parameterDims}, in that order, read
     * @throws IllegalArgumentException if there are more or fewer, one has other dims, or the chain ends in s32, which the floats of a feature
     *     map do not hold
     * @throws IllegalStateException if a tensor is closed
     */
    public static DistributedChain of(SequentialDescriptor chain, List<Tensor> parameters) {
        if (chain.valueType(chain.links().size()) == DataType.S32) {
            throw new IllegalArgumentException("a chain must end in a type whose numbers a float holds, but ends in "
                    + DataType.S32 + "; a layer of integers may end in f32: " + chain);
        }
        return new DistributedChain(PackedChain.of(chain, parameters), Picture.WHITE, DEFAULT_MOST_PIXELS);
    }

    /**
     * Makes one of a layer. The weights are copied.
     *
     * @param weights {@code [OC, IC/G, k…]}, of the descriptor's weights type, read
     * @param bias {@code [OC]}, f32, read; {@code null} for none
     */
    public static DistributedChain of(ConvolutionDescriptor layer, Tensor weights, @Nullable Tensor bias) {
        return bias == null
                ? of(SequentialDescriptor.of(Link.of(layer)), List.of(weights))
                : of(SequentialDescriptor.of(Link.withBias(layer)), List.of(weights, bias));
    }

    /**
     * Returns the same with another brightest value: {@value Picture#WHITE} if nothing is said.
     *
     * @param value what white becomes, such as 1; black is 0
     */
    public DistributedChain withWhite(float value) {
        if (!Float.isFinite(value) || value <= 0) {
            throw new IllegalArgumentException("white must be finite and positive, but was " + value);
        }
        return new DistributedChain(packed, value, mostPixels);
    }

    /**
     * Returns the same with another limit on pictures, beyond which one is a failure: what keeps one large picture, or a file that says it is
     * one, from ending an executor. {@link #DEFAULT_MOST_PIXELS} if nothing is said.
     */
    public DistributedChain withMostPixels(long pixels) {
        if (pixels < 1) {
            throw new IllegalArgumentException("mostPixels must be positive, but was " + pixels);
        }
        return new DistributedChain(packed, white, pixels);
    }

    /**
     * Returns the same with wisdom as the file has it now, sent to the executors with the weights. They use what was measured on their kind of machine
     * with as many threads as {@code spark.task.cpus} says, and measure nothing.
     *
     * @throws IOException if the wisdom's file can't be read
     */
    public DistributedChain withWisdom(Wisdom wisdom) throws IOException {
        return new DistributedChain(packed.withWisdom(Files.readString(wisdom.file())), white, mostPixels);
    }

    /**
     * Runs the chain over what Spark's image source ({@code spark.read().format("image")}, of spark-mllib) reads.
     *
     * @param images with that source's one column
     * @throws IllegalArgumentException if they have none, or the chain has neither 1 nor 3 input channels or works on other than two spatial axes
     */
    public ChainResults images(Dataset<Row> images) {
        SourceForm form = form();
        form.requirePictures();
        var reader = new ImageColumn("image", form);
        reader.require(images.schema());
        return over(images, reader);
    }

    /**
     * Runs the chain over what Spark's binary file source ({@code spark.read().format("binaryFile")}) reads: pictures in every format that
     * Java reads, and arrays of {@code .npy}.
     *
     * @param files with the columns {@code path} and {@code content}
     * @throws IllegalArgumentException if they have none
     */
    public ChainResults binaryFiles(Dataset<Row> files) {
        FileContent.require(files.schema());
        return over(files, new FileContent(form()));
    }

    private SourceForm form() {
        return SourceForm.of(packed.chain(), white, mostPixels);
    }

    private ChainResults over(Dataset<Row> rows, RecordReader reader) {
        Objects.requireNonNull(rows, "rows");
        return new ChainResults(rows.mapPartitions(
                new ChainTask(ChainBroadcast.send(rows.sparkSession(), packed), reader),
                Encoders.bean(ChainResult.class)));
    }
}
