package io.github.faltung.onednn;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Loader;

/**
 * How many threads the OpenMP runtime gives to what the calling thread has oneDNN do: each thread has a number of its own. A primitive
 * keeps the number that held when its description was made; some ask again when they are executed. So both happen under one limit.
 *
 * <p>The presets have no call for it. JNA finds the runtime's own functions by way of the library that JavaCPP has loaded, so that it is the
 * runtime that oneDNN is linked with and never a second copy. Where that fails, limits do nothing, and results are the same.
 *
 * <p>Source: OpenMP API 5.2, sections 18.2.1 and 18.2.3.
 */
final class OpenMpThreads {
    /** {@code dlopen} with lazy binding; JNA's default would make the library's symbols global, for all libraries loaded later. */
    private static final int RTLD_LAZY = 1;

    /** What keeps limits from working; empty if nothing does. */
    private static final String FAILURE = bind();

    private static final boolean LIMITABLE = FAILURE.isEmpty();

    private OpenMpThreads() {}

    /** The runtime's functions. Apart, so that this class loads without JNA. */
    private static final class Functions {
        private Functions() {}

        static native void omp_set_num_threads(int threads);

        static native int omp_get_max_threads();

        static void bind() {
            // On Windows a library does not offer what those offer that it needs, but they are found by name once
            // loaded.
            com.sun.jna.NativeLibrary library = Platform.isWindows()
                    ? com.sun.jna.NativeLibrary.getInstance("vcomp140")
                    : com.sun.jna.NativeLibrary.getInstance(
                            Loader.getLoadedLibraries().get("jnidnnl"), Map.of(Library.OPTION_OPEN_FLAGS, RTLD_LAZY));
            Native.register(Functions.class, library);
        }
    }

    private static String bind() {
        NativeLibrary.require();
        try {
            Functions.bind();
            return Functions.omp_get_max_threads() < 1 ? "the functions found are not OpenMP's" : "";
        } catch (LinkageError | RuntimeException e) {
            return e.toString();
        }
    }

    /** Returns whether limits work. */
    static boolean areLimitable() {
        return LIMITABLE;
    }

    /** Returns why limits don't work, or an empty text if they do. */
    static String failure() {
        return FAILURE;
    }

    /** Returns the calling thread's number; 1 if limits don't work. */
    static int number() {
        return LIMITABLE ? Functions.omp_get_max_threads() : 1;
    }

    /**
     * Does work in which all that oneDNN does, and is told to do later, runs on one thread of the operating system. The work may wait; so
     * that the limit holds all the while, and none is left on another's thread, a virtual thread has it done {@linkplain
     * VirtualThreads#runElsewhere elsewhere}.
     */
    static void alone(Runnable work) {
        if (VirtualThreads.isCurrent()) {
            VirtualThreads.runElsewhere(() -> limited(work));
        } else {
            limited(work);
        }
    }

    /** Returns what is made {@linkplain #alone(Runnable) alone}. */
    static <T> T alone(Supplier<T> maker) {
        var made = new ArrayList<T>(1);
        alone(() -> {
            made.add(maker.get());
        });
        return made.get(0);
    }

    private static void limited(Runnable work) {
        int before = limit(1);
        try {
            work.run();
        } finally {
            limit(before);
        }
    }

    /**
     * Has the calling thread's later calls of oneDNN use so many threads. A virtual thread must not wait for anything until it has come back to the number before.
     *
     * @return the number until now, for the caller to come back to
     */
    static int limit(int threads) {
        if (!LIMITABLE) {
            return threads;
        }
        int before = Functions.omp_get_max_threads();
        if (before != threads) {
            Functions.omp_set_num_threads(threads);
        }
        return before;
    }
}
