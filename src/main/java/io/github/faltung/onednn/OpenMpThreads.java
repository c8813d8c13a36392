package io.github.faltung.onednn;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many threads the OpenMP runtime gives to what the calling thread has oneDNN do: each thread has a number of its own. A primitive
 * keeps the number that held when its description was made; some ask again when they are executed. So both happen under one limit.
 *
 * <p>The presets have no call for it. JNA finds the runtime's own functions by way of the library that JavaCPP has loaded. A process may have
 * further runtimes, which others have loaded; that oneDNN goes by the one that was found is {@linkplain ThreadLimitProbe tried}. Where that
 * fails, limits do nothing, and results are the same.
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

        /** GCC's entry of a parallel region, which LLVM's runtime has too; {@code null} in others. */
        private static @Nullable Function region;

        /** Something that does no harm, run by each thread. */
        private static @Nullable Function harmless;

        /** Returns an empty text, or why none of the runtimes will do. */
        static String bind() {
            // First, so that a failure of JNA itself is not taken for one of a runtime.
            com.sun.jna.NativeLibrary process = com.sun.jna.NativeLibrary.getProcess();
            UnsatisfiedLinkError notFound = null;
            for (Supplier<com.sun.jna.NativeLibrary> way : ways(process)) {
                try {
                    Native.register(Functions.class, way.get());
                    if (areOneDnns()) {
                        findRegion(way.get());
                        return "";
                    }
                    Native.unregister(Functions.class);
                } catch (UnsatisfiedLinkError e) {
                    notFound = e;
                }
            }
            return "oneDNN does not go by the number of any OpenMP runtime that is found in this process"
                    + (notFound == null ? "" : " (" + notFound.getMessage() + ")")
                    + "; it has several, so load none before oneDNN's, LD_PRELOAD included";
        }

        /**
         * By way of oneDNN's library: what that brings itself. By way of the process: what was loaded for all libraries before, such as by
         * {@code LD_PRELOAD}, comes first for the linker. On Windows a library does not offer what those offer that it needs, but they
         * are found by name once loaded.
         */
        private static List<Supplier<com.sun.jna.NativeLibrary>> ways(com.sun.jna.NativeLibrary process) {
            if (Platform.isWindows()) {
                return List.of(() -> com.sun.jna.NativeLibrary.getInstance("vcomp140"));
            }
            return List.of(
                    () -> com.sun.jna.NativeLibrary.getInstance(
                            NativeLibrary.file().toString(), Map.of(Library.OPTION_OPEN_FLAGS, RTLD_LAZY)),
                    () -> process);
        }

        private static void findRegion(com.sun.jna.NativeLibrary library) {
            try {
                harmless = library.getFunction("omp_get_max_threads");
                region = library.getFunction("GOMP_parallel");
            } catch (UnsatisfiedLinkError e) {
                region = null; // then threads are started by the first call that needs them
            }
        }

        static void start(int threads) {
            if (region != null) {
                region.invokeVoid(new Object[] {harmless, null, threads, 0});
            }
        }

        private static boolean areOneDnns() {
            int before = omp_get_max_threads();
            try {
                return ThreadLimitProbe.responds(Functions::omp_set_num_threads);
            } finally {
                omp_set_num_threads(before);
            }
        }
    }

    private static String bind() {
        NativeLibrary.require();
        try {
            JnaAhead.finish();
            return Functions.bind();
        } catch (NoClassDefFoundError e) {
            return e + "; depend on net.java.dev.jna:jna, and see that it can load its library";
        } catch (RuntimeException e) {
            return e.toString();
        } catch (LinkageError e) {
            return "JNA can't load its library: " + e
                    + "; name a folder that it can be copied to and loaded from by -Djna.tmpdir=FOLDER, or put a copy into one and name that"
                    + " by -Djna.boot.library.path=FOLDER";
        }
    }

    /** Returns whether limits work. */
    static boolean areLimitable() {
        return LIMITABLE;
    }

    /**
     * Returns if limits work.
     *
     * @throws UnsupportedOperationException if they don't: says why, and the remedy
     */
    static void requireLimits() {
        if (!LIMITABLE) {
            throw new UnsupportedOperationException("the number of threads can't be set: " + FAILURE
                    + "; or set the environment variable OMP_NUM_THREADS, and open an engine with the default");
        }
    }

    /** Returns why limits don't work, or an empty text if they do. */
    static String failure() {
        return FAILURE;
    }

    /** Has OpenMP start threads for the calling one, so many with it; where the runtime has no such call, the next parallel call does. */
    static void start(int threads) {
        if (LIMITABLE) {
            Functions.start(threads);
        }
    }

    /** Returns the calling thread's number; 1 if limits don't work. */
    static int number() {
        return LIMITABLE ? Functions.omp_get_max_threads() : 1;
    }

    /**
     * Makes something that all that oneDNN does for it, and is told to do later, runs on so many threads. Making it may wait; so that the
     * limit holds all the while, and none is left on another's thread, a virtual thread has it done {@linkplain
     * VirtualThreads#runElsewhere elsewhere}.
     */
    static <T> T make(int threads, Supplier<T> maker) {
        if (!VirtualThreads.isCurrent()) {
            return limited(threads, maker);
        }
        var made = new ArrayList<T>(1);
        VirtualThreads.runElsewhere(() -> {
            made.add(limited(threads, maker));
        });
        return made.get(0);
    }

    private static <T> T limited(int threads, Supplier<T> maker) {
        int before = limit(threads);
        try {
            return maker.get();
        } finally {
            limit(before);
        }
    }

    /**
     * Has the calling thread's later calls of oneDNN use so many threads. A virtual thread must not wait for anything until it has come back to the number before.
     *
     * @return the number until now, for the caller to come back to
     * @throws OutOfMemoryError if limits don't work, and OpenMP's threads can't be started
     */
    static int limit(int threads) {
        if (!LIMITABLE) {
            OpenMpTeam.require(OneDnnOptions.DEFAULT.threads());
            return threads;
        }
        int before = Functions.omp_get_max_threads();
        if (before != threads) {
            Functions.omp_set_num_threads(threads);
        }
        return before;
    }
}
