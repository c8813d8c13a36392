package io.github.faltung.spark;

import io.github.faltung.exchange.NpyFile;
import io.github.faltung.image.PictureFile;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of Spark's binary files: {@code path} and {@code content}, of which other sources may make such columns, too. A file whose path ends with
 * {@code .npy} is an array, {@code [MB, C, spatial…]} or one minibatch's {@code [C, spatial…]}; every other one is a picture.
 */
record FileContent(SourceForm form) implements RecordReader {
    /**
     * Requires that rows have such columns.
     *
     * @throws IllegalArgumentException if they have not
     */
    static void require(StructType schema) {
        boolean fits = schema.getFieldIndex("path").isDefined()
                && schema.getFieldIndex("content").isDefined()
                && schema.apply("content").dataType() instanceof BinaryType;
        if (!fits) {
            throw new IllegalArgumentException(
                    "a dataset of binary files must have the columns path and content, but had "
                            + schema.simpleString());
        }
    }

    @Override
    public String path(Row row) {
        String path = row.getAs("path");
        return path == null ? "" : path;
    }

    @Override
    public Tensor read(Row row) throws IOException {
        byte[] content = row.getAs("content");
        if (content == null) {
            throw new IOException("no content");
        }
        String path = path(row);
        if (path.endsWith(".npy")) {
            return withMinibatch(NpyFile.read(path, content, form.dataType()));
        }
        form.requirePictures();
        return form.tensor(PictureFile.readWhole(new ByteArrayInputStream(content), form.mostPixels()));
    }

    private Tensor withMinibatch(Tensor array) {
        if (array.dims().rank() != form.spatialRank() + 1) {
            return array;
        }
        try (array) {
            long[] extents = LongStream.concat(
                            LongStream.of(1), Arrays.stream(array.dims().toArray()))
                    .toArray();
            Tensor whole = Tensor.allocate(array.dataType(), Dims.of(extents), Layout.CHANNELS_FIRST);
            Tensor.copy(array, Part.of(array).insert(0), whole, Part.of(whole));
            return whole;
        }
    }
}
