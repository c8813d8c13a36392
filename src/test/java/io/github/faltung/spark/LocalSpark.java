package io.github.faltung.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Spark in this JVM, on two cores, started once for all tests that ask for it and stopped after the last. */
public final class LocalSpark implements BeforeAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LocalSpark.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("session", key -> new Running(start("local[2]")), Running.class);
    }

    /** A session that JUnit closes. */
    private record Running(SparkSession session) implements AutoCloseable {
        @Override
        public void close() {
            session.stop();
        }
    }

    /** Returns the session of the running test. */
    static SparkSession session() {
        return SparkSession.active();
    }

    /** Starts a session; whoever does stops it. */
    static SparkSession start(String master) {
        try {
            String folder = Files.createTempDirectory("faltung-spark").toString();
            return SparkSession.builder()
                    .master(master)
                    .appName("Faltung's tests")
                    .config("spark.ui.enabled", false)
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.local.dir", folder)
                    .config("spark.sql.warehouse.dir", folder + "/warehouse")
                    .config("spark.sql.shuffle.partitions", 2)
                    .getOrCreate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
