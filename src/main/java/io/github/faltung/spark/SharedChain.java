package io.github.faltung.spark;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A chain as the tasks of this process share it: its weights are packed once, by the first task that runs it, and kept while any task does
 * and for a while after, for the job's next tasks. Thread-safe.
 */
final class SharedChain {
    /** A job or two have no more than a few; what others left behind is memory. */
    private static final int IDLE = 4;

    /** Those in use, and the latest of the others; the one that was used last comes last. */
    private static final Map<Key, SharedChain> KNOWN = new LinkedHashMap<>();

    private final PackedChain packed;
    private final Engine engine;
    private final Map<SequentialDescriptor, Sequential> prepared = new HashMap<>();
    private int users;

    private SharedChain(PackedChain packed, Engine engine) {
        this.packed = packed;
        this.engine = engine;
    }

    private record Key(UUID chain, int threads) {}

    /**
     * Returns the chain for the running task, at whose end it is given back.
     *
     * @param threads that may work on one call
     */
    static SharedChain ofTask(PackedChain packed, int threads) {
        SharedChain chain = lease(packed, threads);
        // The cast: Scala's functions are another way to say the same.
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> chain.giveBack());
        return chain;
    }

    /** Returns the chain on an engine that nobody else knows, which closes it. */
    static SharedChain of(PackedChain packed, Engine engine) {
        return new SharedChain(packed, engine);
    }

    /** Returns the chain for whoever {@linkplain #giveBack gives it back}. */
    static SharedChain lease(PackedChain packed, int threads) {
        Engine engine = ExecutorEngines.get(new ExecutorEngines.Settings(threads, packed.wisdom()));
        var key = new Key(packed.id(), threads);
        synchronized (KNOWN) {
            SharedChain chain = KNOWN.remove(key);
            if (chain == null || chain.engine != engine) { // the engine is another if it was closed meanwhile
                chain = of(packed, engine);
            }
            KNOWN.put(key, chain);
            chain.users++;
            return chain;
        }
    }

    void giveBack() {
        synchronized (KNOWN) {
            users--;
            int idle = 0;
            for (SharedChain chain : KNOWN.values()) {
                idle += chain.users == 0 ? 1 : 0;
            }
            var all = KNOWN.values().iterator();
            while (idle > IDLE) {
                SharedChain oldest = all.next();
                if (oldest.users == 0) {
                    all.remove();
                    oldest.close();
                    idle--;
                }
            }
        }
    }

    private synchronized void close() {
        prepared.values().forEach(Sequential::close);
    }

    /** Returns the chain, ready to run. */
    Sequential layers() {
        return layers(packed.chain());
    }

    /**
     * Returns a chain of the same weights, ready to run.
     *
     * @param variant the chain, or one that differs from it in paddings only
     */
    synchronized Sequential layers(SequentialDescriptor variant) {
        Sequential layers = prepared.get(variant);
        if (layers == null) {
            layers = packed.prepare(engine, variant);
            prepared.put(variant, layers);
        }
        return layers;
    }
}
