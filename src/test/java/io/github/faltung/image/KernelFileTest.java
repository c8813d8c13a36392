package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelFileTest {
    @TempDir
    private Path folder;

    @Test
    void read_rowsCommentsFractionsOrigin_areTheKernel() throws IOException {
        Path file = folder.resolve("k.txt");
        Files.writeString(file, "# a comment\n\n1/9, -2.5e1 3 # more\norigin 0 1\n 4 5\t6\n");

        assertThat(KernelFile.read(file))
                .isEqualTo(ImageKernel.of(3, 2, 1 / 9f, -25, 3, 4, 5, 6).withOrigin(0, 1));
        assertThat(KernelFile.parse("1 2 3", "text").originX()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | must have a row of numbers",
                "'# nothing' | must have a row of numbers",
                "1 2;3 | line 2 must have 2 numbers",
                "1 x | line 1 must be a number or a fraction",
                "1/0 | must be a number",
                "NaN | must be a number",
                "1e39 | that a float holds",
                "1/2/3 | must be a number",
                "1;origin 1 0 | origin must be inside 1x1",
                "1;origin 0 | only 'origin'",
                "1;origin 0 0;origin 0 0 | line 3 must be the only",
                "1;origin -1 0 | only 'origin'",
                "1/ | must be a number"
            })
    void parse_wrongText_saysWhere(String text, String message) {
        assertThatThrownBy(() -> KernelFile.parse(text.replace(';', '\n'), "k.txt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("k.txt")
                .hasMessageContaining(message);
    }

    @Test
    void read_noTextOrNoFile_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("b.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

        assertThatThrownBy(() -> KernelFile.read(file)).hasMessageContaining("no UTF-8 text");
        assertThatThrownBy(() -> KernelFile.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }
}
