package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class VerifyCommandTest {
    private static final String LINE = "mb2ic4ih6oc4kh3ph1";
    private static final String VACUOUS = LINE + " --attr-post-ops=clip:0:0";
    private static final String HUGE = "ic256ih64oc256kh3ph1";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(args);
    }

    private int verify(String... args) {
        var all = new ArrayList<>(List.of("verify", "--engine", "reference"));
        all.addAll(List.of(args));
        return run(all.toArray(String[]::new));
    }

    private String lastLine() {
        List<String> lines = out.toString().lines().toList();
        return lines.get(lines.size() - 1);
    }

    @Test
    void verify_rightProblems_exitsWith0() {
        assertThat(verify(LINE, "deconv ic3iw8oc2kw4sw2")).isZero();
        assertThat(lastLine()).isEqualTo("4 passed, 0 failed, 0 skipped");
        assertThat(out.toString()).contains("reference against scatter, f32 forward, exact fill, seed 1", "4 × java");
        assertThat(out.toString()).doesNotContain("PASSED");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void verify_failure_exitsWith1AndPrintsIt() {
        assertThat(verify(LINE, VACUOUS, "--layout=nchw")).isEqualTo(1);
        assertThat(lastLine()).isEqualTo("1 passed, 1 failed, 0 skipped");
        assertThat(out.toString()).containsPattern("FAILED conv .*clip:0.0:0.0.* vacuous: ");
    }

    @Test
    void verify_skipped_exitsWith0AndPrintsTheReason() {
        assertThat(verify(LINE, HUGE, "--layout=nhwc")).isZero();
        assertThat(lastLine()).isEqualTo("1 passed, 0 failed, 1 skipped");
        assertThat(out.toString()).containsPattern("SKIPPED conv .*: too large");
    }

    @Test
    void verify_quietAndVerbose_printLessAndMore() {
        assertThat(verify(LINE, HUGE, "--quiet")).isZero();
        assertThat(out.toString().lines()).containsExactly("2 passed, 0 failed, 2 skipped");
        out.getBuffer().setLength(0);
        assertThat(verify(LINE, "--verbose", "--seed=5")).isZero();
        assertThat(out.toString()).contains("PASSED conv mb2ic4ih6", "[channels_last]", "seed 5");
    }

    @ParameterizedTest
    @CsvSource({
        "nchw, 1",
        "ncx, 1",
        "NCW, 1",
        "ncdhw, 1",
        "channels_first, 1",
        "channels-last, 1",
        "nhwc, 1",
        "nxc, 1",
        "nwc, 1",
        "ndhwc, 1",
        "all, 2"
    })
    void verify_layout_decidesHowOften(String layout, int runs) {
        assertThat(verify(LINE, "--layout", layout)).isZero();
        assertThat(lastLine()).isEqualTo(runs + " passed, 0 failed, 0 skipped");
    }

    @Test
    void verify_files_takesMinibatchFolderAndFlag(@TempDir Path folder) throws IOException {
        Path plain = Files.write(folder.resolve("plain"), List.of("# text", "--reset", "mb1ic3iw8oc2kw4n\"x\""));
        Path deconv = Files.createDirectory(folder.resolve("deconv"));
        Files.write(deconv.resolve("shapes"), List.of("mb1ic3iw8oc2kw4"));
        assertThat(verify(plain.toString(), deconv.toString(), "--minibatch", "3", "-v", "--layout=ncx"))
                .isZero();
        assertThat(out.toString())
                .contains("PASSED conv mb3ic3iw8oc2ow5kw4pw0 n\"x\"", "PASSED deconv mb3ic3iw8oc2ow11kw4pw0")
                .contains("ignored 1 lines of options");
        assertThat(lastLine()).isEqualTo("2 passed, 0 failed, 0 skipped");
        out.getBuffer().setLength(0);
        verify(plain.toString(), "--transposed", "-v");
        assertThat(out.toString()).contains("PASSED deconv mb1");
    }

    @Test
    void verify_realFill_comparesWithinTheBound() {
        assertThat(verify(LINE, "--fill=real", "-v")).isZero();
        assertThat(out.toString()).contains("real fill", "error / bound");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-file", "ic3iw5oc2kw9", "ic3iw5oc2kw3 --unknown"})
    void verify_badProblem_exitsWith2AndOneLine(String problem) {
        assertThat(verify("--", problem)).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("faltung verify: ")
                .contains(problem);
    }

    @Test
    void verify_badProblemVerbose_addsTheTrace() {
        assertThat(verify("-v", "no-such-file")).isEqualTo(2);
        assertThat(err.toString()).contains("\tat io.github.faltung");
    }

    @Test
    void verify_emptyFile_isNoPass(@TempDir Path folder) throws IOException {
        Path empty = Files.write(folder.resolve("empty"), List.of("# nothing"));
        assertThat(verify(empty.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("there must be a problem");
    }

    @Test
    void verify_badLineInAFile_exitsWith1AndItsPlace(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("lines"), List.of(LINE, "nonsense"));
        assertThat(verify(file.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).singleElement().asString().contains(file + ":2: problem line ");
    }

    @Test
    void verify_badMinibatch_isRefused() {
        assertThat(verify(LINE, "--minibatch=0")).isEqualTo(2);
        assertThat(err.toString()).contains("--minibatch must be at least 1, but was 0");
    }

    @Test
    void verify_minibatchThatIsTooLarge_isRefusedWithItsPlace() {
        String line = "ic2000000000iw2000000000oc1kw1";
        assertThat(verify(line, "--minibatch=3")).isEqualTo(1);
        assertThat(err.toString()).contains(line + " with --minibatch 3: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--layout=nope",
                "--engine=nope",
                "--data-type=f64",
                "--direction=sideways",
                "--alg=min",
                "--fill=some",
                "--nope"
            })
    void verify_badOption_exitsWith2AndOneLine(String option) {
        assertThat(verify(LINE, option)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1).first().asString().endsWith("; see faltung verify --help");
    }

    @Test
    void faltung_noCommand_exitsWith2() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("a command is missing").contains("faltung --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "verify", "run", "info"})
    void command_help_exitsWith0(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: faltung " + command);
    }

    @Test
    void faltung_version_isPrinted() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("faltung ");
    }

    @Test
    void info_natives_tellsPlatformVersionAndIsa() {
        assertThat(run("info")).isZero();
        assertThat(out.toString()).contains("platform", "oneDNN", "ISA", "threads", "guarded", "JDK");
    }

    @ParameterizedTest
    @CsvSource({
        "forward, forward, 2",
        "FWD_B, forward, 2",
        "backward-data, backward-data, 2",
        "bwd_d, backward-data, 2",
        "backward-weights, backward-weights, 2",
        "BWD_W, backward-weights, 2",
        "BWD_WB, backward-weights, 2",
        "all, 'forward, backward-data, backward-weights', 6"
    })
    void verify_direction_runsIt(String direction, String printed, int runs) {
        assertThat(run("verify", LINE, "--direction", direction, "-v")).isZero();
        assertThat(out.toString()).contains("planned onednn against reference, f32 " + printed + ", exact fill");
        assertThat(lastLine()).isEqualTo(runs + " passed, 0 failed, 0 skipped");
        assertThat(out.toString().contains("--dir=BWD_")).isEqualTo(!printed.equals("forward"));
    }

    @Test
    void verify_realGradients_compareWithinTheBound() {
        assertThat(run("verify", LINE, "deconv g2ic4iw9oc2kw3sw2", "--dir=all", "--fill=real", "-v"))
                .isZero();
        assertThat(lastLine()).isEqualTo("12 passed, 0 failed, 0 skipped");
        assertThat(out.toString().lines().filter(line -> line.contains("--dir=BWD_")))
                .hasSize(8)
                .allMatch(line -> line.contains("error / bound"));
    }

    @Test
    void verify_referencesGradients_haveNoThirdComputation() {
        assertThat(verify(LINE, "--direction=bwd_d", "--layout=nchw")).isZero();
        assertThat(lastLine()).isEqualTo("0 passed, 0 failed, 1 skipped");
        assertThat(out.toString()).contains("--dir=BWD_D", "scatter computes no gradients");
    }

    @Test
    void verify_poolings_areThoseOfTheFolderAndTheOption(@TempDir Path folder) throws IOException {
        Path pool = Files.createDirectory(folder.resolve("pool"));
        Files.write(pool.resolve("shapes"), List.of("mb1ic3ih5kh2sh2", "ic3iw6kw3pw1 --alg=max"));
        String line = "pool max mb1ic2ih5iw5kh3kw2dh1dw0 --ceil-mode";
        assertThat(run("verify", pool.toString(), line, "--alg=avg_p", "-v", "--layout=nhwc"))
                .isZero();
        assertThat(out.toString())
                .contains("PASSED pool avg mb1ic3ih5iw5oh2ow2kh2kw2sh2sw2ph0pw0 --count-include-pad")
                .contains("PASSED pool max mb2ic3iw6ow6kw3pw1 [")
                .contains("PASSED pool max mb1ic2ih5iw5oh1ow4kh3kw2dh1dw0ph0pw0 --ceil-mode [");
        assertThat(lastLine()).isEqualTo("3 passed, 0 failed, 0 skipped");
        assertThat(run("verify", line, "--direction=BWD_W", "--layout=nhwc")).isZero();
        assertThat(lastLine()).isEqualTo("0 passed, 0 failed, 1 skipped");
    }

    @Test
    void verify_planned_isTheDefaultEngine() {
        assertThat(run("verify", LINE)).isZero();
        assertThat(out.toString()).contains("planned onednn against reference");
        assertThat(lastLine()).isEqualTo("2 passed, 0 failed, 0 skipped");
    }
}
