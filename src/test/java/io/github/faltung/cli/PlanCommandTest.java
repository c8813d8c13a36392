package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("native")
class PlanCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int plan(String... arguments) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        var all = new String[arguments.length + 1];
        all[0] = "plan";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return command.execute(all);
    }

    @Test
    void plan_estimated_listsWaysBestFirst() {
        assertThat(plan("deconv ic8ih6oc4oh12kh2sh2", "--layout=nhwc", "--most=3"))
                .isZero();
        assertThat(out.toString().lines().toList())
                .anyMatch(line -> line.endsWith("CHANNELS_LAST"))
                .anyMatch(line -> line.matches("  .*: estimated [0-9.]+ ms"))
                .anyMatch(line -> line.matches("  and [0-9]+ more"));
    }

    @Test
    void plan_measured_namesWhatRanAndRemembersIt() throws Exception {
        Path wisdom = folder.resolve("wisdom.txt");
        assertThat(plan("g4ic4iw32oc4kw5pw2", "--measure", "--wisdom", wisdom.toString()))
                .isZero();
        assertThat(out.toString()).containsPattern("measured [0-9.]+ ms, \\S+");
        assertThat(Files.readString(wisdom)).contains("conv g4mb1ic4iw32oc4ow32kw5");
    }

    @Test
    void plan_integers_runAsTheyAre() {
        assertThat(plan("ic2ih4oc2kh3 --dt=u8:s8:f32", "--layout=nhwc")).isZero();
        assertThat(out.toString().lines()).endsWith("  as it is: layers of integers are not said in other ways");
    }

    @Test
    void plan_nameWithMb_isNoMinibatch() {
        assertThat(plan("ic1ih4oc1kh3n\"mbconv\"", "mb3ic1ih4oc1kh3n\"mbconv\""))
                .isZero();
        assertThat(out.toString()).contains("conv mb1ic1ih4", "conv mb3ic1ih4").doesNotContain("conv mb2");
    }

    @Test
    void plan_wrongArguments_areRefusedBeforeAnyOutput() {
        assertThat(plan("ic1ih4oc1kh3", "--most", "-1")).isEqualTo(2);
        assertThat(plan("ic1ih4oc1kh3", "ic1x")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("faltung plan: --most must be at least 0, but was -1; see faltung plan"
                                        + " --help"),
                        line -> assertThat(line).startsWith("faltung plan: problem line is not understood"));
    }

    @Test
    void plan_measuredWithoutMemory_isOneLine() {
        // 160 GB of output
        assertThat(plan("ic1ih5oc25kh3ph20000", "--measure", "--most=1")).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("faltung plan: not enough memory: ")
                .endsWith("; -Xmx raises the heap's limit, -XX:MaxDirectMemorySize that of tensors");
    }

    @Test
    void plan_pooling_isRefusedByName() {
        assertThat(plan("pool ic2ih4kh2")).isNotZero();
        assertThat(err.toString()).contains("must be one of a convolution, but was pool");
    }
}
