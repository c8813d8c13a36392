package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Each thread is given back what it gave, whichever comes first, and whatever numbers threads have. */
class ContextPoolTest {
    /** More than there are places, so that some of the threads begin to look at the same one. */
    private static final int THREADS = 9;

    private final ContextPool<String> pool = new ContextPool<>();
    private final List<ExecutorService> threads = new ArrayList<>();

    private <T> T on(int thread, Callable<T> body) throws InterruptedException, ExecutionException {
        while (threads.size() <= thread) {
            threads.add(Executors.newSingleThreadExecutor());
        }
        return threads.get(thread).submit(body).get();
    }

    @AfterEach
    void end() {
        threads.forEach(ExecutorService::shutdown);
    }

    @RepeatedTest(THREADS)
    void take_twoThreadsGave_isTheirOwn() throws Exception {
        for (int other = 1; other < THREADS; other++) {
            int second = other;
            on(0, () -> pool.give("first"));
            on(second, () -> pool.give("second"));
            assertThat(on(second, pool::take)).isEqualTo("second");
            assertThat(on(0, pool::take)).isEqualTo("first");
            on(second, () -> pool.give("second"));
            on(0, () -> pool.give("first"));
            assertThat(on(second, pool::take)).isEqualTo("second");
            assertThat(on(0, pool::take)).isEqualTo("first");
        }
    }

    @Test
    void take_onlyAnothersIsIdle_isThat() throws Exception {
        on(0, () -> pool.give("first"));
        assertThat(on(1, pool::take)).isEqualTo("first");
        assertThat(on(1, pool::take)).isNull();
        assertThat(on(0, pool::take)).isNull();
    }

    @Test
    void give_moreThanThereIsRoomFor_isRefused_andAllOthersAreDrained() {
        var given = new ArrayList<String>();
        for (String next = "0"; pool.give(next); next = String.valueOf(given.size())) {
            given.add(next);
        }
        var drained = new ArrayList<String>();
        pool.drainTo(drained::add);
        assertThat(drained).containsExactlyInAnyOrderElementsOf(given).hasSizeGreaterThanOrEqualTo(2);
        assertThat(pool.take()).isNull();
    }
}
