package io.github.faltung.onednn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Things that were made for a key and wait for the next call that can use them; beyond a bound the one that waits longest is closed.
 * Thread-safe.
 */
final class IdlePool<K, V extends AutoCloseable> implements AutoCloseable {
    private record Idle<K, V>(K key, V value) {}

    private final int capacity;
    private final Deque<Idle<K, V>> idle = new ArrayDeque<>();

    IdlePool(int capacity) {
        this.capacity = capacity;
    }

    /** Returns the one that came back last, which then is the caller's, or {@code null} if none is idle. */
    synchronized @Nullable V take(K key) {
        for (Iterator<Idle<K, V>> all = idle.iterator(); all.hasNext(); ) {
            Idle<K, V> one = all.next();
            if (one.key().equals(key)) {
                all.remove();
                return one.value();
            }
        }
        return null;
    }

    /** Takes one back, or a new one in. */
    void give(K key, V value) {
        Idle<K, V> surplus = null;
        try {
            var one = new Idle<>(key, value);
            synchronized (this) {
                idle.addFirst(one);
                if (idle.size() > capacity) {
                    surplus = idle.removeLast();
                }
            }
        } catch (Throwable e) {
            close(value); // no room for it in the heap
            throw e;
        }
        if (surplus != null) {
            close(surplus.value());
        }
    }

    /** Closes all that are idle; nobody uses the pool any more. */
    @Override
    public void close() {
        List<Idle<K, V>> all;
        synchronized (this) {
            all = new ArrayList<>(idle);
            idle.clear();
        }
        all.forEach(one -> close(one.value()));
    }

    private static void close(AutoCloseable value) {
        try {
            value.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("closing oneDNN's objects throws no checked exception", e);
        }
    }
}
