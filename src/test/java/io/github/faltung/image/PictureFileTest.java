package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFileTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void writePng_readBack_isTheSame() throws IOException {
        var picture = new Picture(3, 2, 1, new float[] {1, 2, 3, 4, 5, 6});
        Path file = folder.resolve("picture.png");

        PictureFile.writePng(picture, file);
        PictureFile.Content content = PictureFile.read(file, 100);

        assertThat(content.picture().planes()).containsExactly(picture.planes());
        assertThat(content.width()).isEqualTo(2);
        assertThat(content.height()).isEqualTo(1);
    }

    @Test
    void read_largePicture_isShrunkAndTellsTheFilesSize() throws IOException {
        byte[] png = PictureFile.png(new Picture(1, 200, 100, new float[200 * 100]));

        PictureFile.Content content = PictureFile.read(new ByteArrayInputStream(png), 50);

        assertThat(content.picture().width()).isEqualTo(10);
        assertThat(content.picture().height()).isEqualTo(5);
        assertThat(content.width()).isEqualTo(200);
        assertThat(content.height()).isEqualTo(100);
    }

    @Test
    void read_missingFile_saysSo() {
        assertThatThrownBy(() -> PictureFile.read(folder.resolve("none.png"), 100))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void read_noImage_saysWhatCanBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("text.png"), "no picture");

        assertThatThrownBy(() -> PictureFile.read(file, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PNG, JPEG, GIF, BMP or TIFF");
    }

    @Test
    void read_truncatedImage_isAnIoException() {
        byte[] png = PictureFile.png(new Picture(3, 64, 64, new float[3 * 64 * 64]));

        assertThatThrownBy(() -> PictureFile.read(new ByteArrayInputStream(Arrays.copyOf(png, 40)), 10_000))
                .isInstanceOf(IOException.class);
    }
}
