package io.github.faltung.cli;

import io.github.faltung.image.PictureFile;
import java.awt.image.BufferedImage;

/**
 * A drawing as it goes into files and the page, in two themes.
 *
 * @param type of both files, a MIME type
 * @param width in pixels
 * @param height in pixels
 * @param light the file on white
 * @param dark the file on near-black
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record DemoImage(String type, int width, int height, byte[] light, byte[] dark) {
    /** Makes files of drawings of one size. */
    static DemoImage png(BufferedImage light, BufferedImage dark) {
        return new DemoImage(
                "image/png", light.getWidth(), light.getHeight(), PictureFile.png(light), PictureFile.png(dark));
    }
}
