package io.github.faltung.fuzz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Small sound image files of every format that Java writes, and ways of compressing that it has. */
final class Pictures {
    /** Chunks, markers and tags of the formats. */
    static final List<String> WORDS = List.of(
            "IHDR",
            "IDAT",
            "IEND",
            "PLTE",
            "tRNS",
            "sBIT",
            "GIF89a",
            "BM",
            "II*\u0000",
            "MM\u0000*",
            "\u00ff\u00da",
            "JFIF");

    private static final List<Integer> TYPES = List.of(
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_4BYTE_ABGR,
            BufferedImage.TYPE_USHORT_GRAY,
            BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_BYTE_BINARY);

    private Pictures() {}

    static List<byte[]> files() {
        var all = new ArrayList<byte[]>();
        for (int type : TYPES) {
            BufferedImage image = image(type);
            for (String format : List.of("png", "jpg", "gif", "bmp", "tif", "wbmp")) {
                ImageIO.getImageWritersByFormatName(format).forEachRemaining(writer -> {
                    if (writer.getOriginatingProvider().canEncodeImage(image)) {
                        addAll(writer, image, all);
                    }
                });
            }
        }
        return all;
    }

    /** Samples of what a byte of a file can become, in a few copies, beside the strips of a filter and the readers' buffers. */
    static long mostHeapBytes(byte[] file) {
        return (64 << 20) + 8L * (1 << 14) * file.length;
    }

    private static BufferedImage image(int type) {
        var image = new BufferedImage(19, 13, type);
        var random = new SplittableRandom(type);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, random.nextInt(4) * 0x402010 | 0xff000000);
            }
        }
        return image;
    }

    private static void addAll(ImageWriter writer, BufferedImage image, List<byte[]> all) {
        ImageWriteParam param = writer.getDefaultWriteParam();
        all.add(written(writer, image, param));
        if (param.canWriteProgressive()) {
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            all.add(written(writer, image, param));
            param.setProgressiveMode(ImageWriteParam.MODE_DISABLED);
        }
        if (!param.canWriteCompressed() || param.getCompressionTypes() == null) {
            return;
        }
        for (String compression : param.getCompressionTypes()) {
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionType(compression);
            try {
                all.add(written(writer, image, param));
            } catch (UncheckedIOException e) {
                // not for images of this type, such as CCITT's of more than one bit
            }
        }
    }

    private static byte[] written(ImageWriter writer, BufferedImage image, ImageWriteParam param) {
        var bytes = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
