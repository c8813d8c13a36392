package io.github.faltung.image;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.SampleModel;

/** The definition of a filtered sample, written once more and as plainly as can be: a loop in double precision. */
final class PlainConvolution {
    private PlainConvolution() {}

    /** Returns the sample that an output must be: rounded down, in the range of the type. */
    static double sample(Raster src, int band, int x, int y, ImageKernel kernel, Edge edge, double constant) {
        int reachX = Math.max(kernel.originX(), kernel.width() - 1 - kernel.originX());
        int reachY = Math.max(kernel.originY(), kernel.height() - 1 - kernel.originY());
        boolean inside = x >= reachX && y >= reachY && x < src.getWidth() - reachX && y < src.getHeight() - reachY;
        if (!inside && edge == Edge.ZERO_FILL) {
            return 0;
        }
        if (!inside && edge == Edge.NO_OP) {
            return at(src, band, x, y);
        }
        double sum = 0;
        for (int j = kernel.height() - 1; j >= 0; j--) {
            for (int i = kernel.width() - 1; i >= 0; i--) {
                int column = beyond(x + kernel.originX() - i, src.getWidth(), edge);
                int row = beyond(y + kernel.originY() - j, src.getHeight(), edge);
                sum += (double) kernel.weight(i, j) * (column < 0 || row < 0 ? constant : at(src, band, column, row));
            }
        }
        return stored(sum, src.getSampleModel(), band);
    }

    private static double at(Raster src, int band, int x, int y) {
        return src.getSampleDouble(src.getMinX() + x, src.getMinY() + y, band);
    }

    /** Walks to the place step by step, as the pictures in {@link Edge}'s Javadoc show it. */
    private static int beyond(int place, int extent, Edge edge) {
        int at = place;
        while (at < 0 || at >= extent) {
            at = switch (edge) {
                case REPLICATE -> at < 0 ? at + 1 : at - 1;
                case REFLECT -> at < 0 ? -1 - at : 2 * extent - 1 - at;
                case MIRROR -> extent == 1 ? 0 : at < 0 ? -at : 2 * extent - 2 - at;
                case WRAP -> at < 0 ? at + extent : at - extent;
                case ZERO_FILL, NO_OP, CONSTANT -> {
                    yield -1;
                }
            };
            if (at == -1 && edge == Edge.CONSTANT) {
                return -1;
            }
        }
        return at;
    }

    private static double stored(double sum, SampleModel model, int band) {
        return switch (model.getDataType()) {
            case DataBuffer.TYPE_FLOAT -> (float) sum;
            case DataBuffer.TYPE_DOUBLE -> sum;
            case DataBuffer.TYPE_SHORT -> Math.max(-32768, Math.min(32767, Math.floor(sum)));
            default -> {
                int bits = model.getSampleSize(band);
                yield bits == 32
                        ? Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.floor(sum)))
                        : Math.max(0, Math.min(Math.pow(2, bits) - 1, Math.floor(sum)));
            }
        };
    }
}
