package io.github.faltung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
    /** Prints the folder in which it runs. */
    static final class Where {
        private Where() {}

        public static void main(String[] arguments) {
            System.out.print(System.getProperty("user.dir"));
        }
    }

    /** Takes all memory. */
    static final class Greedy {
        private Greedy() {}

        public static void main(String[] arguments) {
            System.out.println("more and more");
            var taken = new ArrayList<byte[]>();
            while (taken.size() < Integer.MAX_VALUE) {
                taken.add(new byte[1 << 20]);
            }
        }
    }

    @Test
    void run_done_leavesNoFolder() {
        ChildJvm.Outcome outcome = ChildJvm.likeThis().run(Where.class);
        assertThat(outcome.exitCode()).isZero();
        assertThat(Path.of(outcome.output())).isAbsolute().doesNotExist();
    }

    @Test
    void run_crash_keepsReportAndTellsItsHead() throws IOException {
        ChildJvm child = ChildJvm.likeThis()
                .withOption("-Xmx16m")
                .withOption("-XX:+CrashOnOutOfMemoryError")
                .withOption("-XX:-CreateCoredumpOnCrash");
        Throwable crash = catchThrowable(() -> child.run(Greedy.class));
        assertThat(crash)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("java.lang.OutOfMemoryError", Greedy.class.getName(), "more and more");
        Matcher report = Pattern.compile("crashed, see (.*)[/\\\\](hs_err_pid\\d+\\.log): ")
                .matcher(crash.getMessage());
        assertThat(report.find()).isTrue();
        Path folder = Path.of(report.group(1));
        assertThat(folder.resolve(report.group(2))).isNotEmptyFile();
        ChildJvm.delete(folder);
    }
}
