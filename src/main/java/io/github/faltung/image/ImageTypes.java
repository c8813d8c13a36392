package io.github.faltung.image;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What images of other types are made of before and after they are filtered. */
final class ImageTypes {
    private ImageTypes() {}

    /**
     * Returns the image whose samples are to be filtered: the given one, if it has colours and not indices of them.
     *
     * @param unmultiplied whether colours must not be premultiplied by alpha
     */
    static BufferedImage filterable(BufferedImage image, boolean unmultiplied) {
        if (image.getColorModel() instanceof IndexColorModel model) {
            return model.convertToIntDiscrete(image.getRaster(), false);
        }
        if (unmultiplied && image.isAlphaPremultiplied()) {
            var argb = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
            copyColours(image, argb);
            return argb;
        }
        return image;
    }

    /** Returns whether samples of one image mean the same in the other, band by band. */
    static boolean sameSamples(BufferedImage a, BufferedImage b) {
        return !(b.getColorModel() instanceof IndexColorModel)
                && a.getColorModel().equals(b.getColorModel())
                && a.getRaster().getNumBands() == b.getRaster().getNumBands()
                && a.getSampleModel().getDataType() == b.getSampleModel().getDataType()
                && Arrays.equals(
                        a.getSampleModel().getSampleSize(), b.getSampleModel().getSampleSize());
    }

    /**
     * Overwrites an image by another of another type.
     *
     * @throws IllegalArgumentException if their colour spaces and sizes differ
     */
    static void convert(BufferedImage from, BufferedImage to, @Nullable RenderingHints hints) {
        ColorModel target = to.getColorModel();
        if (target instanceof IndexColorModel) {
            Graphics2D graphics = to.createGraphics();
            try {
                graphics.drawImage(from, 0, 0, null);
            } finally {
                graphics.dispose();
            }
        } else if (from.getColorModel().getColorSpace().getType()
                == target.getColorSpace().getType()) {
            copyColours(from, to);
        } else {
            new ColorConvertOp(hints).filter(from, to);
        }
    }

    /** Copies 8-bit sRGB colours and alpha; of different sizes, the middles lie on each other. */
    private static void copyColours(BufferedImage from, BufferedImage to) {
        int left = Math.floorDiv(to.getWidth() - from.getWidth(), 2);
        int top = Math.floorDiv(to.getHeight() - from.getHeight(), 2);
        Window seen = new Window(0, 0, from.getWidth(), from.getHeight())
                .and(new Window(-left, -top, to.getWidth(), to.getHeight()));
        var row = new int[seen.width()];
        for (int y = seen.y(); y < seen.y() + seen.height(); y++) {
            from.getRGB(seen.x(), y, seen.width(), 1, row, 0, row.length);
            to.setRGB(left + seen.x(), top + y, seen.width(), 1, row, 0, row.length);
        }
    }

    /** Makes an image of the size of another, of its colours or others. */
    static BufferedImage create(BufferedImage src, @Nullable ColorModel given) {
        int width = src.getWidth();
        int height = src.getHeight();
        ColorModel model = given == null ? src.getColorModel() : given;
        if (given == null && model instanceof IndexColorModel) {
            return new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        }
        WritableRaster raster = given == null
                ? src.getRaster().createCompatibleWritableRaster(0, 0, width, height)
                : model.createCompatibleWritableRaster(width, height);
        return new BufferedImage(model, raster, model.isAlphaPremultiplied(), null);
    }
}
