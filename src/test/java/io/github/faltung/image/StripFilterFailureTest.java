package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageTypeSpecifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told on the way, and what is left when it ends early: nothing new, and what was there is as it was. */
class StripFilterFailureTest {
    private static final int HEIGHT = 90;

    private final StripFilter filter =
            new StripFilter(ConvolutionOp.with(Kernels.box(3)).edge(Edge.WRAP).build(), 200);

    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        BufferedImage image = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 40, HEIGHT, 1);
        for (String format : List.of("png", "jpg", "tif", "bmp")) {
            ImageFile.write(image, folder.resolve("in." + format));
            Files.writeString(folder.resolve("out." + format), "before");
        }
    }

    private void assertNothingChanged() throws IOException {
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "in.png", "in.jpg", "in.tif", "in.bmp", "out.png", "out.jpg", "out.tif", "out.bmp");
        for (String format : List.of("png", "jpg", "tif", "bmp")) {
            assertThat(folder.resolve("out." + format)).hasContent("before");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "tif", "bmp"})
    void listener_isTold_monotoneFromNoneToAll(String format) throws IOException {
        List<Integer> told = new ArrayList<>();
        filter.filter(folder.resolve("in." + format), folder.resolve("out." + format), (rows, all) -> {
            assertThat(all).isEqualTo(HEIGHT);
            told.add(rows);
            return true;
        });
        assertThat(told).isSorted().startsWith(0).endsWith(HEIGHT).hasSizeGreaterThan(HEIGHT / 5);
    }

    @ParameterizedTest
    @CsvSource({"png, png", "jpg, jpg", "tif, tif", "bmp, bmp", "png, jpg", "jpg, tif", "tif, png"})
    void listener_saysNo_cancels(String from, String to) throws IOException {
        for (int last : new int[] {0, 30, HEIGHT}) {
            assertThatThrownBy(() -> filter.filter(
                            folder.resolve("in." + from), folder.resolve("out." + to), (rows, all) -> rows < last))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("cancelled after " + last + " of 90 rows");
            assertNothingChanged();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tif"})
    void thread_interrupted_cancelsAndStaysInterrupted(String format) throws IOException {
        assertThatThrownBy(() ->
                        filter.filter(folder.resolve("in." + format), folder.resolve("out." + format), (rows, all) -> {
                            if (rows > 40) {
                                Thread.currentThread().interrupt();
                            }
                            return true;
                        }))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertNothingChanged();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("faltung-image-reader");
    }

    @Test
    void listener_throws_isToldToTheCaller() throws IOException {
        assertThatThrownBy(() -> filter.filter(folder.resolve("in.png"), folder.resolve("out.jpg"), (rows, all) -> {
                    throw new UnsupportedOperationException("no");
                }))
                .isInstanceOf(UnsupportedOperationException.class);
        assertNothingChanged();
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tif"})
    void source_cutOff_isToldWithItsName(String format) throws IOException {
        Path src = folder.resolve("in." + format);
        byte[] bytes = Files.readAllBytes(src);
        Files.write(src, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> filter.filter(src, folder.resolve("out.png"), (rows, all) -> true))
                .isInstanceOf(IOException.class);
        assertNothingChanged();
    }

    @Test
    void source_cutOffInPng_isToldWithItsName() throws IOException {
        Path src = folder.resolve("in.png");
        try (var file = new RandomAccessFile(src.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertThatThrownBy(() -> filter.filter(src, folder.resolve("out.png"), (rows, all) -> true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in.png: can't be read");
    }

    @Test
    void engine_closed_isToldAsSuch() throws IOException {
        Engine engine = new ReferenceEngine();
        var op = ConvolutionOp.with(Kernels.box(3)).engine(engine).build();
        engine.close();
        assertThatThrownBy(() -> new StripFilter(op)
                        .filter(folder.resolve("in.png"), folder.resolve("out.png"), (rows, all) -> true))
                .isInstanceOf(IllegalStateException.class);
        assertNothingChanged();
    }

    @Test
    void files_wrong_areRefused() throws IOException {
        assertThatThrownBy(() -> run("none.png", "out.png"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none.png: must be a file");
        assertThatThrownBy(() -> run("in.png", "no/out.png"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("out.png: must be in a folder, but there is none");
        assertThatThrownBy(() -> run("in.png", "out.xyz"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("out.xyz: must end with one of");
        Files.createDirectory(folder.resolve("folder.png"));
        assertThatThrownBy(() -> run("in.png", "folder.png"))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("must be a file, but is a folder");
        Files.delete(folder.resolve("folder.png"));
        assertNothingChanged();
    }

    @Test
    void tiff_of4GiB_isRefused() throws IOException {
        var grey = ImageTypeSpecifier.createGrayscale(8, DataBuffer.TYPE_BYTE, false);
        ImageTooLargeException.requireTiff("out.tif", new ImageShape(grey, 60_000, 70_000));
        assertThatThrownBy(() -> ImageTooLargeException.requireTiff("out.tif", new ImageShape(grey, 70_000, 70_000)))
                .isInstanceOf(ImageTooLargeException.class)
                .hasMessageStartingWith("out.tif must have less than 4278190080 bytes")
                .hasMessageContaining("but has 4900000000");
    }

    private void run(String src, String dst) throws IOException {
        filter.filter(folder.resolve(src), folder.resolve(dst), (rows, all) -> true);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void commit_overPrivateFileOrDanglingLink_staysPrivateAndFollowsTheLink(@TempDir Path elsewhere)
            throws IOException {
        Path secret = Files.write(elsewhere.resolve("secret.png"), new byte[1]);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path later = elsewhere.resolve("later.png");
        Path link = Files.createSymbolicLink(elsewhere.resolve("link.png"), Path.of("later.png"));
        for (Path file : List.of(secret, link)) {
            try (var replaced = new ReplacedFile(file)) {
                replaced.stream().write(7);
                replaced.commit();
            }
        }
        assertThat(secret).hasBinaryContent(new byte[] {7});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(link).isSymbolicLink();
        assertThat(later).hasBinaryContent(new byte[] {7});
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void commit_overLinksToALinkThatDangles_makesTheLastsTarget(@TempDir Path elsewhere) throws IOException {
        Path first = Files.createSymbolicLink(elsewhere.resolve("c1"), Path.of("c2"));
        Path second = Files.createSymbolicLink(elsewhere.resolve("c2"), Path.of("c3"));
        try (var replaced = new ReplacedFile(first)) {
            replaced.stream().write(7);
            replaced.commit();
        }
        assertThat(first).isSymbolicLink();
        assertThat(second).isSymbolicLink();
        assertThat(elsewhere.resolve("c3")).isRegularFile().hasBinaryContent(new byte[] {7});
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void new_linkToItself_isRefusedByName(@TempDir Path elsewhere) throws IOException {
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), Path.of("link"));

        assertThatThrownBy(() -> new ReplacedFile(link).close())
                .isInstanceOf(FileSystemException.class)
                .hasMessage(link + ": must lead to a file, but leads to links without end");
        assertThat(elsewhere.toFile().list()).containsExactly("link");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void new_device_isRefusedByName(@TempDir Path elsewhere) throws IOException {
        Path device = Path.of("/dev/null");
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), device);

        for (Path file : List.of(device, link)) {
            assertThatThrownBy(() -> new ReplacedFile(file).close())
                    .isInstanceOf(FileSystemException.class)
                    .hasMessage(file + ": must be a regular file");
        }
        Files.delete(link); // JUnit warns of links that lead elsewhere
    }
}
