package io.github.faltung.image;

import java.awt.color.ColorSpace;
import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.MultiPixelPackedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.SinglePixelPackedSampleModel;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Images and rasters of every kind, of seeded noise. */
final class TestImages {
    private TestImages() {}

    static BufferedImage noise(int type, int width, int height, long seed) {
        return fill(new BufferedImage(width, height, type), seed);
    }

    /** Samples over their whole range, and for a third of the pixels the ends of it, so that sums leave the range. */
    static BufferedImage fill(BufferedImage image, long seed) {
        fill(image.getRaster(), seed);
        return image;
    }

    static WritableRaster fill(WritableRaster raster, long seed) {
        var random = new Random(seed);
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int x = 0; x < raster.getWidth(); x++) {
                for (int band = 0; band < raster.getNumBands(); band++) {
                    raster.setSample(raster.getMinX() + x, raster.getMinY() + y, band, sample(raster, band, random));
                }
            }
        }
        return raster;
    }

    private static double sample(Raster raster, int band, Random random) {
        int type = raster.getSampleModel().getDataType();
        if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
            return random.nextGaussian() * 100;
        }
        if (type == DataBuffer.TYPE_SHORT) {
            return (short) random.nextInt();
        }
        int bits = raster.getSampleModel().getSampleSize(band);
        if (bits == Integer.SIZE) {
            return random.nextInt();
        }
        int most = (1 << bits) - 1;
        return random.nextInt(3) == 0 ? most * random.nextInt(2) : random.nextInt(most + 1);
    }

    static ColorModel rgb(boolean alpha, boolean premultiplied, int dataType) {
        return new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), alpha, premultiplied, alpha ? 3 : 1, dataType);
    }

    /** Colour models that are none of the thirteen types. */
    static List<ColorModel> customModels() {
        return List.of(
                new ComponentColorModel(
                        ColorSpace.getInstance(ColorSpace.CS_GRAY), true, false, 3, DataBuffer.TYPE_BYTE),
                rgb(false, false, DataBuffer.TYPE_BYTE),
                rgb(true, true, DataBuffer.TYPE_BYTE),
                new DirectColorModel(32, 0xff000000, 0xff0000, 0xff00, 0xff),
                new DirectColorModel(16, 0xf00, 0xf0, 0xf, 0xf000),
                new DirectColorModel(8, 0xe0, 0x1c, 0x3),
                new DirectColorModel(32, 0x3ff00000, 0xffc00, 0x3ff),
                rgb(false, false, DataBuffer.TYPE_USHORT),
                rgb(true, false, DataBuffer.TYPE_USHORT));
    }

    static BufferedImage custom(ColorModel model, int width, int height) {
        return new BufferedImage(
                model, model.createCompatibleWritableRaster(width, height), model.isAlphaPremultiplied(), null);
    }

    static BufferedImage indexedTransparent(int width, int height) {
        var levels = new byte[16];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) (i * 17);
        }
        var model = new IndexColorModel(4, 16, levels, levels, levels, 5);
        return new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY, model);
    }

    /** Every sample model there is, of one to five bands and every data type that it takes. */
    static List<SampleModel> sampleModels(int width, int height) {
        var all = new ArrayList<SampleModel>();
        for (int bands = 1; bands <= 5; bands++) {
            int[] backwards =
                    IntStream.iterate(bands - 1, i -> i - 1).limit(bands).toArray();
            for (int type = DataBuffer.TYPE_BYTE; type <= DataBuffer.TYPE_DOUBLE; type++) {
                all.add(new ComponentSampleModel(type, width, height, bands, width * bands + 3, backwards));
                all.add(new BandedSampleModel(type, width, height, bands));
            }
        }
        all.add(new SinglePixelPackedSampleModel(
                DataBuffer.TYPE_INT, width, height, new int[] {0xff, 0xff00, 0xff0000, 0xff000000}));
        all.add(new SinglePixelPackedSampleModel(DataBuffer.TYPE_USHORT, width, height, new int[] {0xf800, 0x7e0}));
        all.add(new SinglePixelPackedSampleModel(DataBuffer.TYPE_BYTE, width, height, new int[] {0xf0, 0xf}));
        all.add(new MultiPixelPackedSampleModel(DataBuffer.TYPE_BYTE, width, height, 2));
        return all;
    }
}
