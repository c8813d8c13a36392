package io.github.faltung.onednn;

import org.bytedeco.dnnl.dnnl_stream;

/** One of the things that a call does in turn, bound to the memory it does them to. For one thread at a time. */
interface Step {
    /** Does it; executing allocates nothing native. */
    void execute(dnnl_stream stream);

    /** Returns whether it may wait for other threads; then what it has oneDNN do runs under limits of its own. */
    default boolean waits() {
        return false;
    }
}
