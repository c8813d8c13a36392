package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The idle workspaces of a chain, for the shapes of source that it has met; beyond a bound an older one makes room. Thread-safe; a
 * lease of one that is there allocates nothing.
 */
final class ChainWorkspaces implements AutoCloseable {
    /** More calls than processors only wait for one; a few more hold the shapes of a source that varies. */
    static final int CAPACITY = Math.max(4, Runtime.getRuntime().availableProcessors());

    private final SequentialDescriptor chain;
    private final AtomicReferenceArray<ChainWorkspace> idle = new AtomicReferenceArray<>(CAPACITY);
    private final AtomicInteger evictions = new AtomicInteger();

    ChainWorkspaces(SequentialDescriptor chain) {
        this.chain = chain;
    }

    /** Returns a workspace, which then is the caller's; makes it if no idle one fits. */
    ChainWorkspace lease(Dims src, Layout layout) {
        for (int i = 0; i < CAPACITY; i++) {
            ChainWorkspace workspace = idle.get(i);
            if (workspace != null && workspace.fits(src, layout) && idle.compareAndSet(i, workspace, null)) {
                return workspace;
            }
        }
        return new ChainWorkspace(chain, src, layout);
    }

    /** Takes a workspace back; where there are enough, closes another one. */
    void giveBack(ChainWorkspace workspace) {
        for (int i = 0; i < CAPACITY; i++) {
            if (idle.get(i) == null && idle.compareAndSet(i, null, workspace)) {
                return;
            }
        }
        ChainWorkspace evicted = idle.getAndSet(Math.floorMod(evictions.getAndIncrement(), CAPACITY), workspace);
        if (evicted != null) {
            evicted.close();
        }
    }

    /** Closes the idle workspaces; none is in use any more. */
    @Override
    public void close() {
        for (int i = 0; i < CAPACITY; i++) {
            ChainWorkspace workspace = idle.getAndSet(i, null);
            if (workspace != null) {
                workspace.close();
            }
        }
    }
}
