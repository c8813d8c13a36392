package io.github.faltung.onednn;

import org.bytedeco.javacpp.Pointer;

/**
 * Whether there is native memory left. oneDNN uses some of what it asks for without looking whether it got it, and then the process dies: so
 * before it is asked to describe or to compile something, it is tried whether {@code malloc} has far more than that takes. Another thread may
 * still take that in between.
 */
final class NativeRoom {
    /** Several times what oneDNN's compiler takes; so much that glibc draws no conclusions from it for other allocations, as it does up to 32 MiB. */
    private static final long BYTES = 48L << 20;

    private NativeRoom() {}

    static boolean isThere() {
        Pointer room = Pointer.malloc(BYTES);
        if (room == null) {
            return false;
        }
        Pointer.free(room);
        return true;
    }

    /**
     * Returns if there is.
     *
     * @param call the function that is to be called
     * @param problem what it is called for
     * @throws OneDnnException if there isn't
     */
    static void require(String call, Object problem) {
        if (!isThere()) {
            throw new OneDnnException(OneDnnStatus.OUT_OF_MEMORY, call, problem.toString());
        }
    }
}
