package io.github.faltung.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a failure is found to be one. */
class FuzzRunTest {
    private static final byte[] INPUT = {1};

    @TempDir
    private Path folder;

    /** Does as it is told. */
    private static final class Told extends FuzzTarget {
        private final Body body;

        interface Body {
            void run() throws Exception;
        }

        Told(Body body) {
            super("told", List.of(IOException.class));
            this.body = body;
        }

        @Override
        List<byte[]> seeds() {
            return List.of(INPUT);
        }

        @Override
        byte[] next(SplittableRandom random) {
            return INPUT;
        }

        @Override
        void feed(byte[] input) throws Exception {
            body.run();
        }

        @Override
        long mostHeapBytes(byte[] input) {
            return 1 << 20;
        }
    }

    private static Told throwing(Exception e) {
        return new Told(() -> {
            throw e;
        });
    }

    @Test
    void run_documentedException_isARefusal() {
        assertThat(throwing(new IOException("cut off")).run(INPUT)).isFalse();
        assertThat(new Told(() -> {}).run(INPUT)).isTrue();
    }

    @Test
    void run_otherException_fails() {
        assertThatThrownBy(() -> throwing(new IllegalStateException("?")).run(INPUT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("does not document");
    }

    @Test
    void run_exceptionWithoutMessage_fails() {
        assertThatThrownBy(() -> throwing(new IOException()).run(INPUT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("without saying why");
    }

    @Test
    void cases_errorsAndBombs_areCounted() throws IOException {
        assertThat(failures(new Told(() -> {}))).isZero();
        assertThat(failures(throwing(new NullPointerException("x")))).isEqualTo(3);
        assertThat(failures(new Told(() -> {
                    throw new OutOfMemoryError("told");
                })))
                .isEqualTo(3);
        assertThat(failures(new Told(() -> Arrays.fill(new byte[2 << 20], (byte) 1))))
                .isEqualTo(3);
    }

    private long failures(FuzzTarget target) throws IOException {
        return new FuzzRun(target, folder.resolve("fuzz.case")).check(1, 0, 3);
    }

    @Test
    void input_sameSeedAndNumber_isTheSame() {
        FuzzTarget target = new TensorTarget();
        for (int number = 0; number < 100; number++) {
            assertThat(FuzzRun.input(target, 7, number)).isEqualTo(FuzzRun.input(target, 7, number));
        }
        assertThat(FuzzRun.input(target, 7, 1)).isNotEqualTo(FuzzRun.input(target, 7, 2));
    }

    @Test
    void watch_caseThatDoesNotEnd_endsTheJvm() {
        ChildJvm.Outcome outcome = ChildJvm.likeThis().run(Waits.class);

        assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(FuzzWatch.HUNG);
        assertThat(outcome.output()).contains("FAILED waits seed 5 case 42: not done after", "LockSupport.park");
    }

    /** Waits for ever. */
    static final class Waits {
        private Waits() {}

        public static void main(String[] args) throws IOException {
            try (var watch = new FuzzWatch(Path.of("fuzz.case"), "waits", 5, 1)) {
                watch.begin(42);
                while (true) {
                    LockSupport.park();
                }
            }
        }
    }
}
