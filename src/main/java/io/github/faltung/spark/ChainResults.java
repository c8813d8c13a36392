package io.github.faltung.spark;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;

/**
 * What becomes of a dataset's records: one result for each, and two views of them. Nothing is computed before Spark is asked for rows, and
 * each view computes anew unless the results are persisted or written first.
 *
 * @param all a row for each record: its path, and dims and values or a failure
 */
@SuppressWarnings("exports") // Spark's types are in no module, see module-info
public record ChainResults(Dataset<ChainResult> all) {
    /** Returns what was made of the records that are sound. */
    public Dataset<FeatureMap> features() {
        return all.filter(failure().isNull())
                .select(all.col("path"), all.col("dims"), all.col("values"))
                .as(Encoders.bean(FeatureMap.class));
    }

    /** Returns the records of which nothing could be made, with the reason. */
    public Dataset<FailedRecord> failures() {
        return all.filter(failure().isNotNull())
                .select(all.col("path"), failure())
                .as(Encoders.bean(FailedRecord.class));
    }

    private Column failure() {
        return all.col("failure");
    }
}
