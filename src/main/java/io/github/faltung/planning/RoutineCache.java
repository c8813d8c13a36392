package io.github.faltung.planning;

import io.github.faltung.convolution.Routine;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A layer's routines, one for each pair of source and destination shapes that it has met; beyond a bound the least recently used is closed.
 * Thread-safe; finding one that is there allocates nothing.
 */
final class RoutineCache implements AutoCloseable {
    private static final Entry[] NONE = {};

    private final int capacity;
    private final Consumer<Routine> discard;

    /** Replaced as a whole, under the lock. */
    private volatile Entry[] entries = NONE;

    /** The tick of the latest use. Races lose a tick, which only blurs what "least recently" means. */
    private volatile long clock;

    private static final class Entry {
        private final Routine routine;
        private volatile long lastUse;

        Entry(Routine routine) {
            this.routine = routine;
        }
    }

    /**
     * Makes an empty cache.
     *
     * @param capacity at least 1
     * @param discard closes a routine
     */
    RoutineCache(int capacity, Consumer<Routine> discard) {
        this.capacity = capacity;
        this.discard = discard;
    }

    /** Returns the routine for such tensors, or {@code null} if there is none. */
    @Nullable
    Routine find(Tensor src, Tensor dst) {
        Entry[] among = entries;
        for (Entry entry : among) {
            if (entry.routine.fits(src, dst)) {
                if (among.length == capacity) {
                    touch(entry);
                }
                return entry.routine;
            }
        }
        return null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // a lost tick is harmless, see clock
    private void touch(Entry entry) {
        entry.lastUse = ++clock;
    }

    /** Returns the routine for such tensors; makes it if there is none. */
    synchronized Routine make(Tensor src, Tensor dst, Supplier<Routine> maker) {
        Routine made = find(src, dst);
        if (made != null) {
            return made;
        }
        Routine routine = maker.get();
        Entry oldest;
        try {
            oldest = add(routine);
        } catch (Throwable e) {
            discard.accept(routine);
            throw e;
        }
        if (oldest != null) {
            discard.accept(oldest.routine);
        }
        return routine;
    }

    /** Returns the one that is evicted for it, if there are too many. */
    private @Nullable Entry add(Routine routine) {
        Entry oldest = null;
        Entry[] kept = entries;
        if (kept.length == capacity) {
            Entry evicted = Arrays.stream(kept)
                    .min(Comparator.comparingLong(entry -> entry.lastUse))
                    .orElseThrow();
            oldest = evicted;
            kept = Arrays.stream(kept).filter(entry -> entry != evicted).toArray(Entry[]::new);
        }
        Entry[] more = Arrays.copyOf(kept, kept.length + 1);
        more[more.length - 1] = new Entry(routine);
        touch(more[more.length - 1]);
        entries = more;
        return oldest;
    }

    /** Forgets a routine that somebody has closed, if it is there. */
    synchronized void forget(Routine closed) {
        entries =
                Arrays.stream(entries).filter(entry -> entry.routine != closed).toArray(Entry[]::new);
    }

    @Override
    public void close() {
        clear();
    }

    /** Closes all routines. */
    synchronized void clear() {
        Entry[] all = entries;
        entries = NONE;
        for (Entry entry : all) {
            discard.accept(entry.routine);
        }
    }
}
