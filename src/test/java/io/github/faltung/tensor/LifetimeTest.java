package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LifetimeTest {
    private final AtomicInteger freed = new AtomicInteger();
    private final Lifetime lifetime = new Lifetime("thing", freed::incrementAndGet);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void close_unused_freesOnceAtOnce() {
        assertThat(lifetime.isClosed()).isFalse();
        lifetime.close();
        lifetime.close();
        lifetime.closeWhenUnused();

        assertThat(lifetime.isClosed()).isTrue();
        assertThat(freed).hasValue(1);
    }

    @Test
    void close_freed_letsGoOfTheResource() throws Exception {
        List<Lifetime> kept = new ArrayList<>();
        WeakReference<Object> resource = closeOneOf(kept);
        for (int i = 0; i < 500 && resource.get() != null; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(resource.get()).isNull();
        assertThat(kept).allMatch(Lifetime::isClosed);
    }

    private static WeakReference<Object> closeOneOf(List<Lifetime> kept) {
        var owned = new AtomicInteger();
        var closed = new Lifetime("thing", owned::incrementAndGet);
        closed.close();
        kept.add(closed);
        return new WeakReference<>(owned);
    }

    @Test
    void enter_closed_throwsWithTheOwner() {
        lifetime.close();

        assertThatThrownBy(lifetime::enter)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thing is closed");
        assertThat(lifetime.tryEnter()).isFalse();
        assertThat(freed).hasValue(1);
    }

    @Test
    void closeWhenUnused_inUse_leavesItToTheLastUser() {
        lifetime.enter();
        assertThat(lifetime.tryEnter()).isTrue();
        lifetime.closeWhenUnused();
        assertThat(lifetime.isClosed()).isTrue();
        assertThat(lifetime.tryEnter()).isFalse();

        lifetime.exit();
        assertThat(freed).hasValue(0);
        lifetime.exit();
        assertThat(freed).hasValue(1);
    }

    /** The other enters what it depends on, as an interpreted routine does its layers. */
    @Test
    void alone_dependentInUse_waitsForItAndLetsItEnter() throws Exception {
        var dependent = new Lifetime("dependent", () -> {});
        lifetime.freeAfter(dependent);
        dependent.enter();
        var order = new ArrayList<String>();
        Future<?> alone = threads.submit(() -> lifetime.alone(() -> order.add("alone")));
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(alone.isDone()).isFalse();
        lifetime.enter();
        order.add("dependent");
        lifetime.exit();
        dependent.exit();
        alone.get(10, TimeUnit.SECONDS);
        assertThat(order).containsExactly("dependent", "alone");
        assertThat(dependent.tryEnter()).isTrue();
        dependent.exit();
    }

    @Test
    void alone_dependentClosed_isNotWaitedFor() {
        var dependent = new Lifetime("dependent", freed::incrementAndGet);
        lifetime.freeAfter(dependent);
        dependent.close();
        lifetime.alone(() -> assertThat(freed.incrementAndGet()).isEqualTo(2));
        assertThat(freed).hasValue(2);
    }

    @Test
    void closeDependents_whileAlone_freesThemAfterwards() {
        var dependent = new Lifetime("dependent", freed::incrementAndGet);
        lifetime.freeAfter(dependent);
        lifetime.alone(() -> {
            lifetime.closeDependents();
            assertThat(freed).hasValue(0);
        });
        assertThat(freed).hasValue(1);
        assertThat(dependent.tryEnter()).isFalse();
        assertThat(lifetime.isClosed()).isFalse();
    }

    @Test
    void close_inUse_waitsAndSoDoesTheSecond() throws Exception {
        lifetime.enter();
        Future<?> first = threads.submit(lifetime::close);
        while (!lifetime.isClosed()) {
            Thread.onSpinWait();
        }
        Future<?> second = threads.submit(lifetime::close);
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(first.isDone()).isFalse();
        assertThat(second.isDone()).isFalse();
        assertThat(freed).hasValue(0);

        lifetime.exit();
        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);
        assertThat(freed).hasValue(1);
    }

    @Test
    void close_freeStillRunning_secondWaitsForIt() throws Exception {
        var freeing = new CountDownLatch(1);
        var proceed = new CountDownLatch(1);
        var slow = new Lifetime("slow", () -> {
            freeing.countDown();
            try {
                proceed.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Future<?> first = threads.submit(slow::close);
        freeing.await();
        Future<?> second = threads.submit(slow::close);
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(second.isDone()).isFalse();

        proceed.countDown();
        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);
    }

    @Test
    void close_interruptedWhileWaiting_waitsOnAndKeepsTheFlag() throws Exception {
        lifetime.enter();
        var flag = new AtomicBoolean();
        var closer = new Thread(() -> {
            lifetime.close();
            flag.set(Thread.currentThread().isInterrupted());
        });
        closer.start();
        while (!lifetime.isClosed()) {
            Thread.onSpinWait();
        }
        closer.interrupt();
        closer.join(50);
        assertThat(closer.isAlive()).isTrue();
        assertThat(freed).hasValue(0);

        lifetime.exit();
        closer.join();
        assertThat(flag).isTrue();
        assertThat(freed).hasValue(1);
    }

    @Test
    void close_freeThrows_passesItOnAndNobodyWaitsForEver() {
        var failing = new Lifetime("failing", () -> {
            throw new ArithmeticException("boom");
        });
        assertThatThrownBy(failing::close).isInstanceOf(ArithmeticException.class);
        failing.close();
        assertThat(failing.isClosed()).isTrue();
    }

    @RepeatedTest(50)
    void exit_manyThreadsAndTwoClosers_freesOnceAfterTheLast() throws Exception {
        var usersInside = new AtomicInteger();
        var usedAfterFree = new AtomicBoolean();
        var freedWhileUsed = new AtomicBoolean();
        var count = new AtomicInteger();
        var shared = new Lifetime("shared", () -> {
            count.incrementAndGet();
            freedWhileUsed.compareAndSet(false, usersInside.get() != 0);
        });
        var start = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            all.add(threads.submit(() -> {
                start.await();
                while (shared.tryEnter()) {
                    usersInside.incrementAndGet();
                    usedAfterFree.compareAndSet(false, count.get() != 0);
                    Thread.onSpinWait();
                    usersInside.decrementAndGet();
                    shared.exit();
                }
                return null;
            }));
        }
        for (int t = 0; t < 2; t++) {
            all.add(threads.submit(() -> {
                start.await();
                TimeUnit.MICROSECONDS.sleep(200);
                shared.close();
                assertThat(count).hasValue(1);
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : all) {
            each.get(10, TimeUnit.SECONDS);
        }
        assertThat(count).hasValue(1);
        assertThat(usedAfterFree).isFalse();
        assertThat(freedWhileUsed).isFalse();
    }

    @Test
    void alone_manyUsers_neverBesideOne() throws Exception {
        var lifetime = new Lifetime("thing", () -> {});
        var users = new AtomicInteger();
        var violations = new AtomicInteger();
        var done = new AtomicBoolean();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                while (!done.get()) {
                    lifetime.enter();
                    users.incrementAndGet();
                    users.decrementAndGet();
                    lifetime.exit();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (int i = 0; i < 2000; i++) {
            lifetime.alone(() -> {
                for (int look = 0; look < 20; look++) {
                    violations.addAndGet(users.get());
                }
            });
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(violations).hasValue(0);
    }

    @Test
    void alone_closedMeanwhile_freedAfterwardsOnce() {
        var freed = new AtomicInteger();
        var lifetime = new Lifetime("thing", freed::incrementAndGet);
        lifetime.alone(() -> {
            lifetime.closeWhenUnused();
            assertThat(freed).hasValue(0);
        });
        assertThat(freed).hasValue(1);
        assertThatThrownBy(() -> lifetime.alone(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thing is closed");
    }

    /** In whatever order they were named: those made first are waited for first, so that no two callers wait for each other. */
    @Test
    void alone_twoThatShareDependents_neverWaitForEachOther() throws Exception {
        for (int i = 0; i < 500; i++) {
            var first = new Lifetime("first", () -> {});
            var second = new Lifetime("second", () -> {});
            var a = new Lifetime("a", () -> {});
            var b = new Lifetime("b", () -> {});
            a.freeAfter(first);
            a.freeAfter(second);
            b.freeAfter(second);
            b.freeAfter(first);
            Future<?> one = threads.submit(() -> a.alone(Thread::yield));
            Future<?> other = threads.submit(() -> b.alone(Thread::yield));
            one.get(10, TimeUnit.SECONDS);
            other.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void enter_interruptedWhileSomeoneIsAlone_waitsAndKeepsTheFlag() throws Exception {
        var entered = new AtomicBoolean();
        var interrupted = new AtomicBoolean();
        var user = new Thread(() -> {
            lifetime.enter();
            entered.set(true);
            interrupted.set(Thread.currentThread().isInterrupted());
            lifetime.exit();
        });
        lifetime.alone(() -> {
            user.start();
            user.interrupt();
            while (user.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(entered).isFalse();
        });
        user.join(10_000);
        assertThat(entered).isTrue();
        assertThat(interrupted).isTrue();
    }

    /** Who makes it has entered, and is waited for. */
    @Test
    void alone_dependentNamedMeanwhile_isWaitedForToo() throws Exception {
        lifetime.enter();
        var order = new ArrayList<String>();
        Future<?> alone = threads.submit(() -> lifetime.alone(() -> order.add("alone")));
        TimeUnit.MILLISECONDS.sleep(50);
        var late = new Lifetime("late", freed::incrementAndGet);
        lifetime.freeAfter(late);
        late.enter();
        lifetime.exit();
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(alone.isDone()).isFalse();
        order.add("late");
        late.exit();
        alone.get(10, TimeUnit.SECONDS);
        assertThat(order).containsExactly("late", "alone");
        lifetime.close();
        assertThat(freed).hasValue(2);
    }
}
