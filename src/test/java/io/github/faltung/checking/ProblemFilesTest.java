package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemFilesTest {
    @TempDir
    private Path folder;

    private Path file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, List.of(lines));
    }

    private static List<String> read(boolean transposed, Path... paths) throws IOException {
        var files = new ProblemFiles(transposed);
        for (Path path : paths) {
            files.add(path.toString());
        }
        return files.problems().stream()
                .map(located -> located.line().toString())
                .toList();
    }

    @Test
    void add_file_skipsCommentsBlanksAndOptions() throws IOException {
        Path file = file("a", "# comment", "", "  ", "--reset --dt=f32", "ic3iw5oc2kw3n\"one\"", "  ic3iw5oc2kw3pw1  ");
        var files = new ProblemFiles(false);
        files.add(file.toString());
        assertThat(files.problems()).extracting(ProblemFiles.Located::place).containsExactly(file + ":5", file + ":6");
        assertThat(files.problems().get(0).line().name()).isEqualTo("one");
        assertThat(files.optionLines()).isEqualTo(1);
    }

    @Test
    void add_lineWithOptionsAndProblem_isAProblem() throws IOException {
        Path file = file("a", "--attr-post-ops=relu ic3iw5oc2kw3", "ic3iw5oc2kw3 --attr-post-ops=tanh");
        assertThat(read(false, file))
                .satisfiesExactly(
                        one -> assertThat(one).endsWith("relu:0.0"),
                        two -> assertThat(two).endsWith("tanh"));
    }

    @ParameterizedTest
    @CsvSource({
        "a, false, conv",
        "a, true, deconv",
        "deconv/a, false, deconv",
        "deconv/below/a, false, deconv",
        "conv/a, true, conv",
        "deconv/conv/a, false, conv",
        "conv/deconv/a, false, deconv",
        "deconvolution/a, false, conv"
    })
    void add_lineWithoutKind_takesItFromFolderThenFlag(String name, boolean transposed, String kind)
            throws IOException {
        Path file = file(name, "ic3iw5oc2kw3", "conv ic3iw5oc2kw3", "deconv ic3iw5oc2kw3");
        assertThat(read(transposed, file))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith(kind + " "),
                        second -> assertThat(second).startsWith("conv "),
                        third -> assertThat(third).startsWith("deconv "));
    }

    @Test
    void add_folder_readsAllFilesBelowInOrder() throws IOException {
        file("set/b", "ic2iw5oc2kw3");
        file("set/a/z", "ic1iw5oc2kw3");
        file("set/c", "ic3iw5oc2kw3");
        assertThat(read(false, folder.resolve("set")))
                .extracting(line -> line.substring(0, 11))
                .containsExactly("conv mb2ic1", "conv mb2ic2", "conv mb2ic3");
    }

    @Test
    void add_line_isAProblem() throws IOException {
        var files = new ProblemFiles(true);
        files.add("ic3iw5oc2kw3");
        files.add("conv ic3iw5oc2kw3n\"a name\"");
        assertThat(files.problems())
                .extracting(located -> located.line().convolution().descriptor().transposed())
                .containsExactly(true, false);
    }

    @Test
    void add_badLine_tellsFileNumberAndReason() throws IOException {
        Path file = file("a", "ic3iw5oc2kw3", "# fine", "ic3iw5oc2kw3zz1");
        assertThatThrownBy(() -> read(false, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + ":3: ")
                .hasMessageContaining("zz1");
    }

    @Test
    void add_neitherFileNorLine_saysSo() {
        assertThatThrownBy(() -> new ProblemFiles(false).add("no/such/file"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'no/such/file' is neither a file nor a problem");
    }

    @Test
    void add_binaryFile_isRefusedByName() throws IOException {
        Path file = folder.resolve("binary");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> read(false, file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("binary");
    }
}
