package io.github.faltung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Engine;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnOptions;
import io.github.faltung.reference.ReferenceEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Results do not depend on luck: with the same threads they are the same bits, with others they are within the bound. */
@Tag("native")
class SameBitsTest {
    private static final int CALLERS = 6;

    static Stream<Supplier<Engine>> engines() {
        return Stream.of(OneDnnEngine::open, Faltung::open);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void forward_sameThreads_sameBits(Supplier<Engine> open) {
        Map<String, Integer> first = hashes(open);
        assertThat(hashes(open)).isEqualTo(first);
    }

    /** Prints the outputs' hashes. */
    static final class Hashes {
        private Hashes() {}

        public static void main(String[] args) {
            hashes(Faltung::open).forEach((name, hash) -> System.out.println(name + " = " + hash));
        }
    }

    @Test
    void forward_newJvm_sameBits() {
        var outcome = ChildJvm.likeThis().run(Hashes.class);
        hashes(Faltung::open)
                .forEach((name, hash) -> assertThat(outcome.output()).contains(name + " = " + hash));
    }

    /** Each kind twice on one engine: a new layer each time. */
    private static Map<String, Integer> hashes(Supplier<Engine> open) {
        Map<String, Integer> all = new LinkedHashMap<>();
        try (Engine engine = open.get()) {
            LayerKinds.all().forEach((name, run) -> {
                int hash = Arrays.hashCode(run.apply(engine));
                assertThat(Arrays.hashCode(run.apply(engine))).as(name).isEqualTo(hash);
                all.put(name, hash);
            });
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8})
    void forward_otherThreads_withinTheBound(int threads) {
        for (Engine inner :
                List.of(Faltung.open(threads), OneDnnEngine.open(OneDnnOptions.DEFAULT.withThreads(threads)))) {
            try (inner;
                    Engine reference = new ReferenceEngine();
                    Engine engine = CheckedEngine.of(inner, reference)) {
                assertThat(inner.threads()).isEqualTo(threads);
                LayerKinds.all()
                        .forEach((name, run) -> assertThatCode(() -> run.apply(engine))
                                .as("%s on %s threads", name, threads)
                                .doesNotThrowAnyException());
            }
        }
    }

    /** The common pool has as many callers as it has threads, and more wait; each call joins and leaves others' leases. */
    @Test
    void forward_callersOfTheCommonPool_withinTheBound() throws Exception {
        try (Engine inner = Faltung.open(4);
                Engine reference = new ReferenceEngine();
                Engine engine = CheckedEngine.of(inner, reference)) {
            List<Function<Engine, float[]>> kinds = List.copyOf(LayerKinds.all().values());
            var tasks = new ArrayList<Callable<Integer>>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int first = caller;
                tasks.add(() -> {
                    int runs = 0;
                    for (int i = 0; i < kinds.size(); i++, runs++) {
                        assertThat(kinds.get((first + i) % kinds.size()).apply(engine))
                                .isNotEmpty();
                    }
                    return runs;
                });
            }
            for (Future<Integer> done : ForkJoinPool.commonPool().invokeAll(tasks)) {
                assertThat(done.get()).isEqualTo(kinds.size());
            }
        }
    }
}
