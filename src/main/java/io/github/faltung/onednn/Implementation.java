package io.github.faltung.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * The primitive, or the Java code, that computes a layer for a source, with what surrounds it is the same for every kind of layer. Immutable; executed by many threads at once.
 */
interface Implementation {
    /** Returns the source as the primitive reads it, a frame included. */
    dnnl_memory_desc src();

    /** Returns the destination as the primitive writes it. */
    dnnl_memory_desc dst();

    /** Returns the forms of both. */
    Forms forms();

    /** Returns how the caller's tensors are converted to what the primitive reads and writes. */
    default Conversion conversion() {
        return Conversion.NONE;
    }

    /** Makes it ready to run between two memories, of {@link #src} and {@link #dst}; {@code owner} takes over what that needs. */
    Step bind(NativeEngine engine, NativeHandles owner, dnnl_memory in, dnnl_memory out);

    /** Returns the bytes that a call in progress needs besides source and destination. */
    long scratchpadBytes();

    /** Returns where the caller's source lies in a frame of zeros, for all axes; empty if there is none. */
    long[] frameOffsets();

    /** Returns whether the primitive reads what the destination holds. */
    boolean readsDestination();

    /** Returns oneDNN's name of it, or {@code java}. */
    String name();

    /** Returns how the problem is said to oneDNN, such as {@code direct}. */
    default String formulation() {
        return "direct";
    }

    /** Returns why it is the one, where that is not obvious. */
    List<String> notes();

    /** Returns the problem, as messages quote it. */
    Object problem();

    /** Finds the implementation of one layer: what the kinds of layers differ in. */
    @FunctionalInterface
    interface Finder {
        /**
         * Finds and compiles the implementation for tensors of given shapes, which {@code owner} takes over, also if that fails midway.
         *
         * @throws io.github.faltung.convolution.UnsupportedConvolutionException if there is none
         */
        Implementation find(NativeHandles owner, TensorShape src, TensorShape dst);
    }
}
