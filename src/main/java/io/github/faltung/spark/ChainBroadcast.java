package io.github.faltung.spark;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.sql.SparkSession;

/** Sends chains to the executors of an application. */
final class ChainBroadcast {
    private static final Set<SparkContext> KNOWN = Collections.newSetFromMap(new WeakHashMap<>());

    private ChainBroadcast() {}

    /** Has each executor fetch the chain once, when its first task asks. */
    static Broadcast<byte[][]> send(SparkSession session, PackedChain chain) {
        SparkContext context = session.sparkContext();
        synchronized (KNOWN) {
            if (KNOWN.add(context)) {
                context.addSparkListener(new CloseEngines());
            }
        }
        return JavaSparkContext.fromSparkContext(context).broadcast(chain.toArrays());
    }

    /** In {@code local[n]} the driver is the executor, and its JVM outlives the application. Elsewhere it has no engine. */
    private static final class CloseEngines extends SparkListener {
        @Override
        public void onApplicationEnd(SparkListenerApplicationEnd end) {
            ExecutorEngines.closeAll();
        }
    }
}
