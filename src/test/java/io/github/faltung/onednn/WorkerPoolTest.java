package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each part of a job runs once a run, whoever helps; nobody waits for ever; idle threads sleep, and end with their pool. */
@Tag("native")
@Timeout(60)
class WorkerPoolTest {
    private static final int RUNS = 5_000;

    private final WorkerPool pool = new WorkerPool(new Callers(OneDnnOptions.DEFAULT.threads()));

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Test
    void forEach_anyNumberOfParts_runsEachOnce() {
        for (int parts = 1; parts < 20; parts++) {
            var counts = new AtomicIntegerArray(parts);
            pool.forEach(parts, (part, worker) -> counts.incrementAndGet(part));
            assertThat(counts).hasToString(new AtomicIntegerArray(filled(parts, 1)).toString());
        }
    }

    @Test
    void run_sameJobAgainAndAgain_runsEachPartOnceARun() {
        var counts = new AtomicIntegerArray(7);
        var job = new Job(7, (part, worker) -> counts.incrementAndGet(part));
        for (int run = 0; run < RUNS; run++) {
            pool.run(job);
            assertThat(counts.get(run % 7)).isEqualTo(run + 1);
        }
        assertThat(counts).hasToString(new AtomicIntegerArray(filled(7, RUNS)).toString());
    }

    @Test
    void run_manyCallers_eachHasItsOwnPartsDone() throws InterruptedException {
        var failures = new CopyOnWriteArrayList<Throwable>();
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 6; caller++) {
            callers.add(new Thread(() -> {
                try {
                    run_sameJobAgainAndAgain_runsEachPartOnceARun();
                } catch (Throwable e) {
                    failures.add(e);
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void forEach_workers_areDifferentThreadsWithDifferentNumbers() {
        var threads = new Thread[pool.workers()];
        for (int run = 0; run < RUNS; run++) {
            pool.forEach(4, (part, worker) -> {
                Thread known = threads[worker];
                assertThat(known == null || known == Thread.currentThread()).isTrue();
                threads[worker] = Thread.currentThread();
            });
        }
        assertThat(threads[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void forEach_partThatFails_throwsWhatItThrewAndThePoolGoesOn() {
        for (int run = 0; run < 100; run++) {
            int failing = run % 5;
            assertThatThrownBy(() -> pool.forEach(5, (part, worker) -> {
                        if (part == failing) {
                            throw new IllegalStateException("part " + part);
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("part " + failing);
        }
        forEach_anyNumberOfParts_runsEachOnce();
    }

    @Test
    void run_interruptedCaller_finishesAndStaysInterrupted() {
        var counts = new AtomicIntegerArray(4);
        Thread.currentThread().interrupt();
        pool.forEach(4, (part, worker) -> counts.incrementAndGet(part));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(counts).hasToString("[1, 1, 1, 1]");
    }

    @Test
    void helpers_idle_sleepAndEndWithThePool() throws InterruptedException {
        var helpers = new CopyOnWriteArrayList<Thread>();
        long start = System.nanoTime();
        while (helpers.isEmpty() && pool.workers() > 1 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20)) {
            pool.forEach(64, (part, worker) -> {
                if (worker > 0) {
                    helpers.addIfAbsent(Thread.currentThread());
                }
                Thread.onSpinWait();
            });
        }
        assertThat(helpers.isEmpty()).isEqualTo(pool.workers() == 1);
        for (Thread helper : helpers) {
            assertThat(helper.isDaemon()).isTrue();
            while (helper.getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1); // a thread's state has no event to wait for
            }
        }
        pool.close();
        for (Thread helper : helpers) {
            helper.join();
        }
    }

    private static int[] filled(int length, int value) {
        var all = new int[length];
        Arrays.fill(all, value);
        return all;
    }
}
