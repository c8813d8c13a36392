package io.github.faltung.onednn;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that OpenMP starts for a thread that has oneDNN compute in parallel, at the first such call. GCC's and LLVM's runtimes end the
 * process where the system lets them start none. So it is {@linkplain ThreadTrial tried} beforehand whether they could. Where not, one
 * thread has to do, and a little later it is tried again.
 *
 * <p>What remains: GCC's runtime ends threads when a later call needs fewer, though not when that needs one, and starts them anew without asking
 * when one needs more again. With two threads in all that does not come to pass.
 */
final class OpenMpTeam {
    private static final System.Logger LOG = System.getLogger(OpenMpTeam.class.getName());

    private static final ThreadLocal<OpenMpTeam> TEAMS = ThreadLocal.withInitial(OpenMpTeam::new);

    /** So long after a failure nothing is tried again. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static boolean told;

    /** So many there are, or could be; the thread itself is one. */
    private int threads = 1;

    private @Nullable OutOfMemoryError failure;
    private long failedAt;

    private OpenMpTeam() {}

    /**
     * Returns how many threads OpenMP may be given by the calling thread, which is not a virtual one.
     *
     * @param wanted so many, if they are there or can be started; else 1
     */
    static int granted(int wanted) {
        return wanted == 1 || TEAMS.get().grow(wanted) == null ? wanted : 1;
    }

    /**
     * Sees that OpenMP can start so many threads, where it can't be told to use fewer.
     *
     * @throws OutOfMemoryError if it can't
     */
    static void require(int threads) {
        OutOfMemoryError failure = TEAMS.get().grow(threads);
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns why there are not so many threads, or {@code null} if there are. */
    private @Nullable OutOfMemoryError grow(int wanted) {
        if (wanted <= threads) {
            return null;
        }
        if (failure == null || System.nanoTime() - failedAt > PAUSE_NANOS) {
            failure = start(wanted);
            failedAt = System.nanoTime();
            threads = failure == null ? wanted : threads;
        }
        return failure;
    }

    /** Has OpenMP start its threads after a trial; one caller after the other, since each finds free what another is about to take. */
    private static synchronized @Nullable OutOfMemoryError start(int threads) {
        try {
            ThreadTrial.start(threads);
        } catch (OutOfMemoryError e) {
            if (!told) {
                told = true;
                LOG.log(System.Logger.Level.WARNING, "OpenMP can start no threads: calls take longer", e);
            }
            return e;
        }
        OpenMpThreads.start(threads);
        return null;
    }
}
