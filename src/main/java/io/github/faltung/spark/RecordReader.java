package io.github.faltung.spark;

import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/** What a kind of record means: where it comes from, and its numbers. */
interface RecordReader extends Serializable {
    /** Returns where the record comes from, or an empty text if it does not say. */
    String path(Row row);

    /**
     * Returns a record's numbers in a new tensor, which the caller closes.
     *
     * @throws IOException if the record is bad; the message says why
     * @throws IllegalArgumentException if it is sound and nothing that the chain can work on
     */
    Tensor read(Row row) throws IOException;
}
