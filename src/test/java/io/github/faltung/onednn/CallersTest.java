package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers share the threads evenly, rounded down; one that has left counts for a moment more. */
@Timeout(60)
class CallersTest {
    @Test
    void share_moreAndMoreCallers_isThreadsOverCallers() {
        var callers = new Callers(8);
        int[] shares = {8, 4, 2, 2, 1, 1, 1, 1, 1};
        for (int share : shares) {
            callers.enter();
            assertThat(callers.share()).isEqualTo(share);
        }
    }

    @Test
    void share_othersHaveLeft_isAllAgainAfterAMoment() {
        var callers = new Callers(6);
        callers.enter();
        callers.enter();
        callers.enter();
        assertThat(callers.share()).isEqualTo(2);
        callers.exit();
        callers.exit();
        while (callers.share() != 6) {
            Thread.onSpinWait(); // the test's timeout ends it
        }
        callers.enter();
        assertThat(callers.share()).isEqualTo(3);
    }

    @Test
    void enter_threadThatWorksForTheCaller_isNoCallerOfItsOwn() throws InterruptedException {
        var callers = new Callers(2);
        callers.enter();
        run(new WorkerThread(callers, callers::enter, "ours"));
        assertThat(callers.share()).isEqualTo(2);
        run(new WorkerThread(callers, callers::exit, "ours"));
        run(new WorkerThread(new Callers(2), callers::enter, "another engine's"));
        assertThat(callers.share()).isEqualTo(1);
    }

    private static void run(Thread thread) throws InterruptedException {
        thread.start();
        thread.join();
    }

    @Test
    void share_nobodyAndOneThread_isOne() {
        assertThat(new Callers(1).share()).isEqualTo(1);
    }
}
