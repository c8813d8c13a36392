package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures whose samples are more than the heap, which is as small as the Javadoc says. */
class StripFilterMemoryTest {
    @TempDir
    private Path folder;

    private static ConvolutionOp op(String edge) {
        return ConvolutionOp.with(NamedKernel.of("gaussian:sigma=1"))
                .edge(Edge.valueOf(edge))
                .build();
    }

    /** Runs in a JVM of its own. */
    static final class Child {
        private Child() {}

        public static void main(String... args) throws IOException {
            try {
                new StripFilter(op(args[2])).filter(Path.of(args[0]), Path.of(args[1]), (rows, all) -> true);
            } catch (ImageTooLargeException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private String runIn64MiB(Path src, Path dst, String edge) {
        // Without Spark's jars and the like, whose tables of contents take up heap.
        ChildJvm.Outcome outcome = ChildJvm.likeThis()
                .withoutEntries(entry -> entry.endsWith(".jar") && !entry.matches(".*(bytedeco|jna).*"))
                .withOption("-Xmx64m")
                .run(Child.class, src.toString(), dst.toString(), edge);
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        return outcome.output();
    }

    @ParameterizedTest
    @CsvSource({"png, png, REPLICATE, 10", "jpg, jpg, MIRROR, 10", "tif, tif, WRAP, 11"})
    void picture_largerThanTheHeap_isFilteredAsWhole(String from, String to, String edge, int type) throws IOException {
        var image = new BufferedImage(20000, type == BufferedImage.TYPE_BYTE_GRAY ? 3500 : 1750, type);
        var row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < row.length; x++) {
                row[x] = (((x * 3) ^ (y * 5)) + ((x * y) >> 6)) & 0xff;
            }
            image.getRaster().setPixels(0, y, row.length, 1, row);
        }
        Path src = folder.resolve("in." + from);
        ImageFile.write(image, src);
        Path dst = folder.resolve("out." + to);
        runIn64MiB(src, dst, edge);
        Path whole = folder.resolve("whole." + to);
        ImageFile.write(op(edge).filter(ImageFile.read(src), null), whole);
        assertThat(dst).hasSameBinaryContentAs(whole);
    }

    @Test
    void picture_largerThanTheHeapThatMustBeWhole_isRefusedWithTheReason() throws IOException {
        Path bmp = folder.resolve("in.bmp");
        Path png = folder.resolve("in.png");
        var image = new BufferedImage(20000, 4000, BufferedImage.TYPE_BYTE_GRAY);
        ImageFile.write(image, bmp);
        ImageFile.write(image, png);
        assertThat(runIn64MiB(bmp, folder.resolve("out.png"), "WRAP"))
                .contains("in.bmp, which can't be read by parts, must have rows that fit")
                .contains("64 MiB (-Xmx)")
                .contains("of 20000x4000 pixels 4000 rows of 20000 bytes are needed at once");
        assertThat(runIn64MiB(png, folder.resolve("out.bmp"), "WRAP"))
                .contains("out.bmp, which can't be written by parts, must have rows that fit");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("in.bmp", "in.png");
    }

    @Test
    void rows_longerThanTheHeap_areRefusedBeforeTheyAreRead() throws IOException {
        Path src = folder.resolve("in.tif");
        ImageFile.write(new BufferedImage(30_000_000, 3, BufferedImage.TYPE_BYTE_GRAY), src);
        assertThat(runIn64MiB(src, folder.resolve("out.tif"), "WRAP")).contains("must have rows that fit");
    }
}
