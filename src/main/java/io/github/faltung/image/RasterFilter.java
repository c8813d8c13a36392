package io.github.faltung.image;

import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * From raster to raster: the inside of a {@link ConvolutionOp}. What {@link ByteFilter} can't do is done here: it reads a few
 * rows with what surrounds them into a {@link Strip}, has {@link ExactSums} make samples of it and writes them, so that memory is bounded.
 * Immutable, so thread-safe.
 */
final class RasterFilter {
    /** 8 MiB of numbers, which caches still help with. */
    private static final int STRIP_SAMPLES = 1 << 20;

    private final ImageKernel kernel;
    private final Edge edge;
    private final double constant;
    private final ExactSums sums;
    private final ByteFilter bytes;

    /**
     * Makes a filter.
     *
     * @param constant what stands beyond the border with {@link Edge#CONSTANT}, a sample's value
     */
    RasterFilter(ImageKernel kernel, Edge edge, double constant, FilterLayers layers) {
        this.kernel = kernel;
        this.edge = edge;
        this.constant = constant;
        this.sums = new ExactSums(kernel, layers);
        this.bytes = new ByteFilter(kernel, edge, constant, sums, layers);
    }

    /**
     * Filters.
     *
     * @param src read
     * @param dst as many bands, overwritten; of another size, the middles lie on each other, and what {@code src} does not reach stays
     * @param scales of each band
     * @param wanted the part of {@code src} whose outputs are needed; what becomes of the others is not said
     */
    void filter(Raster src, WritableRaster dst, SampleScale[] scales, Window wanted) {
        Raster from = SampleMemory.isShared(src.getDataBuffer(), dst.getDataBuffer()) ? copy(src) : src;
        int left = Math.floorDiv(dst.getWidth() - src.getWidth(), 2);
        int top = Math.floorDiv(dst.getHeight() - src.getHeight(), 2);
        Window seen = new Window(0, 0, src.getWidth(), src.getHeight())
                .and(new Window(-left, -top, dst.getWidth(), dst.getHeight()));
        Window computed = seen.and(outputs(src.getWidth(), src.getHeight())).and(wanted);
        if (bytes.tryFilter(from, dst, computed, scales)) {
            return;
        }
        WritableRaster to = dst.createWritableChild(
                dst.getMinX() + left + seen.x(),
                dst.getMinY() + top + seen.y(),
                seen.width(),
                seen.height(),
                seen.x(),
                seen.y(),
                null);
        if (!edge.filtersAll()) {
            fillBorder(from, to, scales);
        }
        if (computed.isEmpty()) {
            return;
        }
        int rows = rowsAtOnce(computed.width() * src.getNumBands());
        for (Window part : computed.tiles(rows, columnsAtOnce(rows, src.getNumBands()))) {
            write(to, part, sums.samples(strip(from, part, scales), scales));
        }
    }

    private static Raster copy(Raster src) {
        WritableRaster copy =
                src.createCompatibleWritableRaster(src.getMinX(), src.getMinY(), src.getWidth(), src.getHeight());
        copy.setRect(src);
        return copy;
    }

    private int rowsAtOnce(int samples) {
        return Math.max(kernel.height(), STRIP_SAMPLES / samples);
    }

    /** Returns how many columns go with so many rows, that a strip is not much larger for all that surrounds it. */
    private int columnsAtOnce(int rows, int bands) {
        int wide = STRIP_SAMPLES / 2 * 3 / ((rows + kernel.height() - 1) * bands) - kernel.width();
        return Math.max(kernel.width(), wide);
    }

    /**
     * Returns the outputs to be computed: all, or those around which the kernel's longest reach to the left or right is inside on both sides,
     * and the same above and below. With the origin in the middle and odd extents these are all whose windows are inside.
     */
    private Window outputs(int width, int height) {
        if (edge.filtersAll()) {
            return new Window(0, 0, width, height);
        }
        int x = Math.max(kernel.originX(), left());
        int y = reach();
        return new Window(x, y, width - 2 * x, height - 2 * y);
    }

    /** Returns how many columns to the left of an output its window begins. */
    private int left() {
        return kernel.width() - 1 - kernel.originX();
    }

    private int above() {
        return kernel.height() - 1 - kernel.originY();
    }

    /** Returns how many rows the kernel reaches up or down from an output, whichever is more. */
    int reach() {
        return Math.max(kernel.originY(), above());
    }

    /** Fills all pixels with what those at the border become. */
    private void fillBorder(Raster src, WritableRaster dst, SampleScale[] scales) {
        var from = new Samples(src);
        var to = new Samples(dst);
        for (int y = dst.getMinY(); y < dst.getMinY() + dst.getHeight(); y++) {
            if (edge == Edge.NO_OP) {
                from.read(y);
                for (int x = dst.getMinX(); x < dst.getMinX() + dst.getWidth(); x++) {
                    for (int band = 0; band < scales.length; band++) {
                        to.set(x - dst.getMinX(), band, scales[band].encode(scales[band].decode(from.get(x, band))));
                    }
                }
            }
            to.write(y - dst.getMinY());
        }
    }

    private Strip strip(Raster src, Window part, SampleScale[] scales) {
        int height = part.height() + kernel.height() - 1;
        int width = part.width() + kernel.width() - 1;
        var values = new double[scales.length * height * width];
        int[] columns = places(part.x() - left(), width, src.getWidth());
        int[] rows = places(part.y() - above(), height, src.getHeight());
        var samples = new Samples(src);
        for (int y = 0; y < height; y++) {
            if (rows[y] != Edge.NOWHERE) {
                samples.read(rows[y]);
            }
            for (int band = 0; band < scales.length; band++) {
                int first = (band * height + y) * width;
                for (int x = 0; x < width; x++) {
                    boolean beyond = rows[y] == Edge.NOWHERE || columns[x] == Edge.NOWHERE;
                    values[first + x] = scales[band].decode(beyond ? constant : samples.get(columns[x], band));
                }
            }
        }
        return new Strip(scales.length, height, width, values);
    }

    private int[] places(int first, int count, int extent) {
        var places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = edge.place(first + i, extent);
        }
        return places;
    }

    private static void write(WritableRaster dst, Window part, double[] values) {
        var samples = new Samples(dst);
        int bands = dst.getNumBands();
        int column = part.x() - dst.getMinX();
        for (int y = 0; y < part.height(); y++) {
            int row = part.y() + y - dst.getMinY();
            if (part.width() < dst.getWidth()) {
                samples.read(row); // the border's pixels, which stay
            }
            for (int band = 0; band < bands; band++) {
                int first = (band * part.height() + y) * part.width();
                for (int x = 0; x < part.width(); x++) {
                    samples.set(column + x, band, values[first + x]);
                }
            }
            samples.write(row);
        }
    }
}
