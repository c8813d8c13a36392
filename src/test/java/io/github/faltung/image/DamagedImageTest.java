package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import javax.imageio.IIOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image files that are not what they say: each is refused in words, before what it claims is allocated. Found by fuzzing. */
class DamagedImageTest {
    /** Where a BMP file says which compression it has, and how many bytes these are. */
    private static final int BMP_COMPRESSION = 30;

    private static final int BMP_IMAGE_BYTES = 34;
    private static final int BMP_PIXELS = 10;
    private static final int BMP_RED_MASK = 54;

    /** Where a PNG file has its header's type, width and checksum. */
    private static final int PNG_HEADER = 12;

    private static final int PNG_WIDTH = 16;
    private static final int PNG_CHECKSUM = 29;

    @TempDir
    private Path folder;

    private byte[] image(String format, int type) throws IOException {
        Path file = folder.resolve("sound." + format);
        ImageFile.write(TestImages.noise(type, 19, 13, 1), file);
        return Files.readAllBytes(file);
    }

    private void assertRefused(String format, byte[] bytes, String message) throws IOException {
        Path file = Files.write(folder.resolve("damaged." + format), bytes);
        var filter = new StripFilter(new ConvolutionOp(Kernels.box(3).toAwt()));
        for (ThrowingCallable read : new ThrowingCallable[] {
            () -> ImageFile.read(file),
            () -> PictureFile.read(file, 100),
            () -> filter.filter(file, folder.resolve("out.png"), (rows, all) -> true)
        }) {
            assertThatThrownBy(read)
                    .isInstanceOf(IIOException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(message);
        }
        assertThatThrownBy(() -> PictureFile.read(new ByteArrayInputStream(bytes), 100))
                .isInstanceOf(IIOException.class)
                .hasMessageContaining("image: ")
                .hasMessageContaining(message);
        assertThat(folder.resolve("out.png")).doesNotExist();
    }

    /** The JDK's readers throw an {@code EOFException} without a message, or one without the file's name. */
    @ParameterizedTest
    @CsvSource({"bmp, 60, ends too early", "png, 20, ''", "tif, 200, ''"})
    void read_cutOff_saysSoOfWhichFile(String format, int length, String message) throws IOException {
        byte[] whole = image(format, BufferedImage.TYPE_3BYTE_BGR);

        assertRefused(format, Arrays.copyOf(whole, length), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 60_000, Integer.MAX_VALUE})
    void png_ofFewBytesAndManyPixels_isRefused(int extent) throws IOException {
        ByteBuffer png = ByteBuffer.wrap(image("png", BufferedImage.TYPE_BYTE_GRAY));
        png.putInt(PNG_WIDTH, extent).putInt(PNG_WIDTH + Integer.BYTES, extent);
        var checksum = new CRC32();
        checksum.update(png.array(), PNG_HEADER, PNG_CHECKSUM - PNG_HEADER);
        png.putInt(PNG_CHECKSUM, (int) checksum.getValue());

        assertRefused("png", png.array(), "damaged image");
    }

    /** A reader allocates what such a file says that the other one in it has. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void bmp_ofAnEmbeddedFile_isRefused(int compression) throws IOException {
        byte[] bytes = image("bmp", BufferedImage.TYPE_3BYTE_BGR);
        ByteBuffer bmp = bmp(bytes);
        bmp.putInt(BMP_COMPRESSION, compression).putInt(BMP_IMAGE_BYTES, Integer.MAX_VALUE);

        assertRefused("bmp", bytes, "embeds a JPEG or PNG file");
    }

    /** Writers divide by what the largest sample is. */
    @Test
    void bmp_ofSamplesWithoutBits_isRefused() throws IOException {
        var bytes = new byte[66 + 4 * 4];
        bmpOfMasks(bytes, 0, 0xff00, 0xff);

        assertRefused("bmp", bytes, "damaged image");
    }

    /** Java then has colours that don't fit the samples, which it finds when an image is made of both. */
    @Test
    void bmp_ofMoreColoursThanSamplesCanName_isRefused() throws IOException {
        byte[] bytes = Arrays.copyOf(image("bmp", BufferedImage.TYPE_BYTE_BINARY), 300);
        bmp(bytes).putInt(BMP_PIXELS, 126); // after 18 colours

        assertRefused("bmp", bytes, "damaged image");
    }

    @Test
    void filter_linearLightOfLongSamples_isRefusedAtOnce() throws IOException {
        var bytes = new byte[66 + 4 * 4];
        bmpOfMasks(bytes, 0x00fffff0, 0xff000000, 0xf);
        Path file = Files.write(folder.resolve("long.bmp"), bytes);
        var filter =
                new StripFilter(ConvolutionOp.with(Kernels.box(3)).linearLight().build());

        assertThatThrownBy(() -> filter.filter(file, folder.resolve("out.png"), (rows, all) -> true))
                .isInstanceOf(IIOException.class)
                .hasMessageContainingAll("long.bmp", "linearLight must be of samples of at most 16 bits", "20");
        assertThat(folder.resolve("out.png")).doesNotExist();
    }

    /** The JDK's reader allocates what is said to be a strip, and a table of all numbers that a sample can be. */
    @ParameterizedTest
    @CsvSource({
        "0117 0004 00000001, 7fffffff, ''",
        "0117 0004 00000001, 08000000, ''",
        "0102 0003 00000001, 001b0000, samples that Java can't read"
    })
    void tiff_ofHugeStripOrSamples_isRefused(String entry, String value, String message) throws IOException {
        byte[] tiff = image("tif", BufferedImage.TYPE_BYTE_GRAY);
        HexFormat hex = HexFormat.of();
        String before = hex.formatHex(tiff);
        int at = before.indexOf(entry.replace(" ", "")) + 16;
        assertThat(at).isGreaterThanOrEqualTo(16).isEven();

        assertRefused("tif", hex.parseHex(before.substring(0, at) + value + before.substring(at + 8)), message);
    }

    @Test
    void gif_ofNoHeight_isRefused() throws IOException {
        byte[] gif = image("gif", BufferedImage.TYPE_BYTE_GRAY);
        int descriptor = 0;
        while (gif[descriptor] != ',' || gif[descriptor + 5] != 19 || gif[descriptor + 7] != 13) {
            descriptor++;
        }
        gif[descriptor + 7] = 0;

        assertRefused("gif", gif, "damaged image");
    }

    /** The JDK's writer says that it takes them, and then looks for the sixth of four tables. */
    @Test
    void write_fiveBandsAsJpeg_isRefused() {
        var model = new ComponentColorModel(new FiveBands(), false, false, 1, DataBuffer.TYPE_BYTE);
        BufferedImage image = TestImages.custom(model, 4, 4);

        assertThatThrownBy(() -> ImageFile.write(image, folder.resolve("five.jpg")))
                .isInstanceOf(IIOException.class)
                .hasMessageContaining("more than 4 bands");
        assertThat(folder.resolve("five.jpg")).doesNotExist();
    }

    /** The JDK's writer copies rows of a third of the bytes that it thinks there are. */
    @Test
    void write_bandsOfOneByteAsJpeg_isRefused() {
        var colours = new DirectColorModel(8, 0xe0, 0x1c, 0x03);
        WritableRaster raster = colours.createCompatibleWritableRaster(19, 13);
        var image = new BufferedImage(colours, raster, false, null);

        assertThatThrownBy(() -> ImageFile.write(image, folder.resolve("three.jpg")))
                .isInstanceOf(IIOException.class)
                .hasMessageContainingAll("three.jpg", "jpg can't be written of such an image");
        assertThat(folder.resolve("three.jpg")).doesNotExist();
    }

    private static final class FiveBands extends ColorSpace {
        private static final long serialVersionUID = 1;

        FiveBands() {
            super(TYPE_5CLR, 5);
        }

        @Override
        public float[] toRGB(float[] colour) {
            return Arrays.copyOf(colour, 3);
        }

        @Override
        public float[] fromRGB(float[] rgb) {
            return Arrays.copyOf(rgb, 5);
        }

        @Override
        public float[] toCIEXYZ(float[] colour) {
            return Arrays.copyOf(colour, 3);
        }

        @Override
        public float[] fromCIEXYZ(float[] colour) {
            return Arrays.copyOf(colour, 5);
        }
    }

    /** Writes the header of 2x2 pixels of 32 bits. */
    private static void bmpOfMasks(byte[] bytes, int red, int green, int blue) {
        ByteBuffer bmp = bmp(bytes);
        bmp.put(0, (byte) 'B')
                .put(1, (byte) 'M')
                .putInt(10, 66)
                .putInt(14, 40)
                .putInt(18, 2)
                .putInt(22, 2);
        bmp.putShort(26, (short) 1).putShort(28, (short) 32).putInt(BMP_COMPRESSION, 3);
        bmp.putInt(BMP_RED_MASK, red).putInt(BMP_RED_MASK + 4, green).putInt(BMP_RED_MASK + 8, blue);
    }

    private static ByteBuffer bmp(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
