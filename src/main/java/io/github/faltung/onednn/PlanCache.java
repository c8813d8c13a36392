package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A layer's plans, one for each pair of source and destination shapes and each number of threads that it has met; beyond a bound of shapes
 * the least recently used is evicted. Thread-safe; finding a plan that is there allocates nothing.
 */
final class PlanCache implements AutoCloseable {
    private static final Entry[] NONE = {};

    private final NativeEngine engine;
    private final Implementation.Finder finder;
    private final Work work;
    private final int capacity;

    /** Replaced as a whole, under the lock. */
    private volatile Entry[] entries = NONE;

    /** The tick of the latest use. Races lose a tick, which only blurs what "least recently" means. */
    private volatile long clock;

    private static final class Entry {
        private final TensorShape src;
        private final TensorShape dst;

        /** By the number of threads. As callers come and go there are few: {@code ⌊n/1⌋, ⌊n/2⌋, …} are less than {@code 2√n} numbers. */
        private final AtomicReferenceArray<@Nullable ForwardPlan> plans;

        /** So many threads are worth calling. */
        private final int most;

        private volatile long lastUse;

        Entry(TensorShape src, TensorShape dst, int most) {
            this.src = src;
            this.dst = dst;
            this.most = most;
            this.plans = new AtomicReferenceArray<>(most + 1);
        }

        @Nullable
        ForwardPlan plan(int granted) {
            return plans.get(Math.min(granted, most));
        }

        void retire() {
            for (int threads = 0; threads < plans.length(); threads++) {
                ForwardPlan plan = plans.get(threads);
                if (plan != null) {
                    plan.retire();
                }
            }
        }
    }

    /**
     * Makes an empty cache.
     *
     * @param finder finds what runs for a pair of shapes
     * @param work what there is to do for one
     * @param capacity at least 1
     */
    PlanCache(NativeEngine engine, Implementation.Finder finder, Work work, int capacity) {
        this.engine = engine;
        this.finder = finder;
        this.work = work;
        this.capacity = capacity;
    }

    /** Runs the plan for such tensors; makes it if there is none. */
    void execute(Tensor src, Tensor dst) {
        Entry entry = find(entries, src, dst);
        int wanted = wanted(entry, src, dst);
        boolean isVirtual = VirtualThreads.isCurrent();
        int granted = isVirtual ? wanted : OpenMpTeam.granted(wanted);
        boolean done = false;
        while (!done) { // again if the plan is evicted just now
            ForwardPlan plan = entry == null ? null : entry.plan(granted);
            if (isVirtual && (wanted > 1 || plan == null)) {
                // OpenMP's threads belong to one of the system's; and making waits for another, who must not need the
                // lock.
                VirtualThreads.runElsewhere(() -> execute(src, dst));
                return;
            }
            if (plan == null) {
                plan = make(granted, src, dst);
            }
            done = plan.execute(src, dst);
            if (!done) {
                entry = find(entries, src, dst);
            }
        }
    }

    /** Returns how many threads the caller may have that are worth calling. */
    private int wanted(@Nullable Entry entry, Tensor src, Tensor dst) {
        int share = engine.callers().share();
        if (share == 1) {
            return 1;
        }
        return Math.min(share, entry == null ? most(TensorShape.of(src), TensorShape.of(dst)) : entry.most);
    }

    private int most(TensorShape src, TensorShape dst) {
        return work.threads(engine.callers().threads(), src, dst);
    }

    private @Nullable Entry find(Entry[] among, Tensor src, Tensor dst) {
        for (Entry entry : among) {
            if (entry.src.matches(src) && entry.dst.matches(dst)) {
                if (among.length == capacity) {
                    touch(entry);
                }
                return entry;
            }
        }
        return null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // a lost tick is harmless, see clock
    private void touch(Entry entry) {
        entry.lastUse = ++clock;
    }

    private synchronized ForwardPlan make(int granted, Tensor src, Tensor dst) {
        Entry entry = find(entries, src, dst);
        ForwardPlan made = entry == null ? null : entry.plan(granted);
        if (made != null) {
            return made;
        }
        var srcShape = TensorShape.of(src);
        var dstShape = TensorShape.of(dst);
        int most = most(srcShape, dstShape);
        int threads = Math.min(granted, most);
        var plan = new ForwardPlan(engine, threads, finder, srcShape, dstShape);
        try {
            if (entry == null) {
                entry = add(new Entry(srcShape, dstShape, most));
            }
            entry.plans.set(threads, plan);
            return plan;
        } catch (Throwable e) {
            plan.retire();
            throw e;
        }
    }

    private Entry add(Entry entry) {
        if (entries.length == capacity) {
            evict();
        }
        Entry[] more = Arrays.copyOf(entries, entries.length + 1);
        more[more.length - 1] = entry;
        touch(entry);
        entries = more;
        return entry;
    }

    private void evict() {
        Entry oldest = Arrays.stream(entries)
                .min(Comparator.comparingLong(entry -> entry.lastUse))
                .orElseThrow();
        entries = Arrays.stream(entries).filter(entry -> entry != oldest).toArray(Entry[]::new);
        oldest.retire();
    }

    /** Makes a plan, which tells what would run, without running or keeping it. */
    Explanation explain(TensorShape src, TensorShape dst, String engineName, LongSupplier packedWeightsBytes) {
        var plan = new ForwardPlan(engine, most(src, dst), finder, src, dst);
        try {
            return plan.explain(engineName, packedWeightsBytes.getAsLong());
        } finally {
            plan.retire();
        }
    }

    /** Forgets all plans. */
    synchronized void clear() {
        Entry[] all = entries;
        entries = NONE;
        for (Entry entry : all) {
            entry.retire();
        }
    }

    @Override
    public void close() {
        clear();
    }
}
