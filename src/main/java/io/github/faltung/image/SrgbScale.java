package io.github.faltung.image;

import java.awt.image.DataBuffer;
import java.awt.image.SampleModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Samples that are sRGB code values, the brightest being 1 in linear light (IEC 61966-2-1:1999). A sum becomes the code value whose own
 * place in code values is nearest. Immutable.
 */
final class SrgbScale implements SampleScale {
    private static final Map<Integer, SrgbScale> ALL = new ConcurrentHashMap<>();

    /** The light of each sample, rounded to float: what is summed. */
    private final float[] light;

    /** At index k the least light that becomes sample k + 1. */
    private final double[] thresholds;

    private SrgbScale(int most) {
        light = new float[most + 1];
        thresholds = new double[most];
        for (int code = 0; code <= most; code++) {
            light[code] = (float) light((double) code / most);
            if (code > 0) {
                thresholds[code - 1] = light((code - 0.5) / most);
            }
        }
    }

    /**
     * Returns the scale of a band.
     *
     * @throws IllegalArgumentException if its samples are not whole numbers of at most 16 bits, the same number in both models
     */
    static SrgbScale of(SampleModel src, SampleModel dst, int band) {
        int bits = src.getSampleSize(band);
        for (SampleModel model : List.of(src, dst)) {
            int type = model.getDataType();
            boolean isUnsigned =
                    type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT || type == DataBuffer.TYPE_INT;
            if (!isUnsigned || model.getSampleSize(band) != bits || bits > 16) {
                throw new IllegalArgumentException(
                        "linearLight must be of samples of at most 16 bits, as many in src and dst, but "
                                + "they were of " + bits + " and " + model.getSampleSize(band) + " bits, data type "
                                + type);
            }
        }
        return ALL.computeIfAbsent((1 << bits) - 1, SrgbScale::new);
    }

    private static double light(double code) {
        return code <= 0.04045 ? code / 12.92 : Math.pow((code + 0.055) / 1.055, 2.4);
    }

    @Override
    public double decode(double sample) {
        int code = (int) Math.max(0, Math.min(light.length - 1, sample));
        return light[code];
    }

    @Override
    public double encode(double sum) {
        int found = Arrays.binarySearch(thresholds, sum);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
