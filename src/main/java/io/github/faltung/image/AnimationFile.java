package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images one after the other as an animated GIF that begins anew when it ends. Thread-safe. */
public final class AnimationFile {
    /** The longest time that a GIF can show an image for. */
    public static final int MOST_MILLIS = 655_350;

    private static final int MILLIS_PER_UNIT = 10;
    private static final byte[] FOREVER = {1, 0, 0};

    private AnimationFile() {}

    /**
     * Writes an animation over what was there.
     *
     * @param delayMillis see {@link #gif}
     * @throws IOException if the file can't be written
     */
    public static void write(ConvolutionDrawing drawing, int delayMillis, Path file) throws IOException {
        Files.write(file, gif(drawing.frames(), drawing::frame, delayMillis));
    }

    /**
     * Returns the bytes of a GIF file. All images share one table of colours, those that are most frequent in the first, the middle and
     * the last one; where a pixel is as in the image before, it is transparent, which makes the file several times smaller.
     *
     * @param frames how many images, at least 1
     * @param frame draws one, from 0; all are of one size
     * @param delayMillis how long each is shown, a multiple of 10 from 10 to {@link #MOST_MILLIS}; the last one three times as long, if
     *     that is possible
     * @throws IllegalArgumentException if there is no image, or the delay is another
     */
    public static byte[] gif(int frames, IntFunction<BufferedImage> frame, int delayMillis) {
        if (frames < 1) {
            throw new IllegalArgumentException("frames must be at least 1, but were " + frames);
        }
        if (delayMillis < MILLIS_PER_UNIT || delayMillis > MOST_MILLIS || delayMillis % MILLIS_PER_UNIT != 0) {
            throw new IllegalArgumentException("delayMillis must be a multiple of " + MILLIS_PER_UNIT + " from "
                    + MILLIS_PER_UNIT + " to " + MOST_MILLIS + ", but was " + delayMillis);
        }
        var colours = new ColourTable();
        for (int sample : new int[] {0, frames / 2, frames - 1}) {
            colours.count(frame.apply(sample));
        }
        var bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            ImageWriteParam rowByRow = writer.getDefaultWriteParam();
            rowByRow.setProgressiveMode(ImageWriteParam.MODE_DISABLED); // interlaced, flat areas pack half as well
            for (int i = 0; i < frames; i++) {
                int millis = i < frames - 1 ? delayMillis : Math.min(MOST_MILLIS, 3 * delayMillis);
                BufferedImage image = colours.indexed(frame.apply(i));
                writer.writeToSequence(new IIOImage(image, null, metadata(writer, image, millis, i == 0)), rowByRow);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** In the form {@code javax_imageio_gif_image_1.0} of the JDK's {@code javax.imageio.metadata} package. */
    private static IIOMetadata metadata(ImageWriter writer, BufferedImage image, int millis, boolean first)
            throws IOException {
        // Not createFromRenderedImage, which knows no other table of colours than Java's own.
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
        String form = metadata.getNativeMetadataFormatName();
        var root = new IIOMetadataNode(form);
        var control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "TRUE");
        control.setAttribute("delayTime", String.valueOf(millis / MILLIS_PER_UNIT));
        control.setAttribute("transparentColorIndex", String.valueOf(ColourTable.UNCHANGED));
        root.appendChild(control);
        if (first) {
            var loop = new IIOMetadataNode("ApplicationExtension");
            loop.setAttribute("applicationID", "NETSCAPE");
            loop.setAttribute("authenticationCode", "2.0");
            loop.setUserObject(FOREVER);
            var extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(loop);
            root.appendChild(extensions);
        }
        metadata.mergeTree(form, root);
        return metadata;
    }
}
