package io.github.faltung.image;

import io.github.faltung.tensor.DataType;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From raster to raster where samples are bytes that lie as the engine can read them: strips that caches hold, as many at a time as there are
 * processors, each filtered by one thread from the image's array to the image's array. What comes of it is just what {@link ExactSums} makes.
 * Immutable, so thread-safe.
 */
final class ByteFilter {
    /** So many bytes of samples a strip has, those that it shares with its neighbours not counted, if it has more rows than the kernel. */
    private static final int STRIP_BYTES = 96 << 10;

    /** Of sums that may be off by more too many are uncertain. */
    private static final double USELESS = 0.05;

    private static final int UNKNOWN = Integer.MIN_VALUE;

    private final ImageKernel flipped;
    private final Edge edge;
    private final double constant;
    private final ExactSums exact;
    private final Map<SumsKey, ByteSums> sums = new ConcurrentHashMap<>();
    private final FilterLayers layers;

    ByteFilter(ImageKernel kernel, Edge edge, double constant, ExactSums exact, FilterLayers layers) {
        this.flipped = kernel.flipped();
        this.edge = edge;
        this.constant = constant;
        this.exact = exact;
        this.layers = layers;
    }

    /**
     * Filters, or returns false, having done nothing, if it can't.
     *
     * @param src read
     * @param dst of the same size and bands, overwritten
     * @param computed the pixels that are computed; the others become what {@link Edge} says
     * @param scales of each band
     */
    boolean tryFilter(Raster src, WritableRaster dst, Window computed, SampleScale[] scales) {
        boolean sameSize = src.getWidth() == dst.getWidth() && src.getHeight() == dst.getHeight();
        boolean alike = Arrays.stream(scales).allMatch(scales[0]::equals);
        if (!(scales[0] instanceof PlainScale scale) || !alike || !sameSize || !isOfBytes(scale)) {
            return false;
        }
        Optional<ByteRows> from = ByteRows.of(src);
        Optional<ByteRows> to = ByteRows.of(dst);
        if (from.isEmpty() || to.isEmpty() || !from.get().isLike(to.get())) {
            return false;
        }
        int together = isFasterByPlanes(from.get(), scale) ? 1 : from.get().pixelBytes();
        if (sums(scale, together).bound() >= USELESS) {
            return false;
        }
        var image = new Window(0, 0, src.getWidth(), src.getHeight());
        if (!edge.filtersAll()) {
            fillBorder(from.get(), to.get(), image, computed);
        }
        if (!computed.isEmpty()) {
            filter(from.get().together(together), to.get().together(together), image, computed, scale);
        }
        return true;
    }

    /** Returns whether all that is summed, and all that comes of it, are bytes. */
    private boolean isOfBytes(PlainScale scale) {
        return scale.least() == 0
                && scale.most() == Picture.WHITE
                && constant == Math.rint(constant)
                && constant >= 0
                && constant <= Picture.WHITE;
    }

    /** Returns whether bands are faster summed each by itself than beside each other, as they lie. */
    private boolean isFasterByPlanes(ByteRows rows, PlainScale scale) {
        int bytes = rows.pixelBytes();
        return bytes > 1
                && SumCosts.ofPlanes(rows.bands(), sums(scale, 1).cost())
                        < bytes * sums(scale, bytes).cost();
    }

    private ByteSums sums(PlainScale scale, int pixelBytes) {
        return sums.computeIfAbsent(
                new SumsKey(scale.half(), pixelBytes),
                key -> ByteSums.of(
                        flipped,
                        scale.half(),
                        new SumCosts(pixelBytes, layers.engine().relativeSpeed(DataType.S8))));
    }

    /** Filters rows of the same pixels, one after the other: each thread some of all of them. */
    private void filter(List<ByteRows> from, List<ByteRows> to, Window image, Window computed, PlainScale scale) {
        int bytes = computed.width() * from.get(0).pixelBytes();
        int rows = Math.max(flipped.height(), STRIP_BYTES / bytes + 1);
        int strips = (computed.height() + rows - 1) / rows;
        layers.engine().forEach(strips, strip -> {
            // All of one height, so that one program does for all; the last reaches into the one before.
            int count = Math.min(rows, computed.height());
            int top = Math.min(strip * count, computed.height() - count);
            var outputs = new Window(computed.x(), computed.y() + top, computed.width(), count);
            for (int plane = 0; plane < from.size(); plane++) {
                new Outputs(from.get(plane), to.get(plane), image.width(), image.height(), scale)
                        .run(outputs, strip * count - top);
            }
        });
    }

    private void fillBorder(ByteRows src, ByteRows dst, Window image, Window computed) {
        int width = image.width();
        var row = new byte[width * src.pixelBytes()];
        for (int y = 0; y < image.height(); y++) {
            if (edge == Edge.NO_OP) {
                src.read(0, y, width, row, 0);
            }
            if (computed.isEmpty() || y < computed.y() || y >= computed.y() + computed.height()) {
                dst.write(0, y, width, row, 0);
            } else {
                int right = computed.x() + computed.width();
                dst.write(0, y, computed.x(), row, 0);
                dst.write(right, y, width - right, row, right * src.pixelBytes());
            }
        }
    }

    /** What tells sums of one kernel apart. */
    private record SumsKey(double half, int pixelBytes) {}

    /** What tells programs of one engine apart. */
    private record ProgramKey(ImageKernel flipped, ByteProgram.Shape shape, double half) {}

    /** Some rows of outputs. */
    private final class Outputs {
        private final ByteRows src;
        private final ByteRows dst;
        private final int width;
        private final int height;
        private final PlainScale scale;
        private final int pixelBytes;
        private final int[] flatSamples = new int[1 << Byte.SIZE];

        Outputs(ByteRows src, ByteRows dst, int width, int height, PlainScale scale) {
            this.src = src;
            this.dst = dst;
            this.width = width;
            this.height = height;
            this.scale = scale;
            this.pixelBytes = src.pixelBytes();
            Arrays.fill(flatSamples, UNKNOWN);
        }

        /**
         * Filters.
         *
         * @param done so many of the first rows are another strip's, which writes them; two that write one int would undo each other's bands
         */
        void run(Window outputs, int done) {
            var shape = new ByteProgram.Shape(
                    pixelBytes, outputs.width() + flipped.width() - 1, outputs.height() + flipped.height() - 1);
            layers.use(
                    new ProgramKey(flipped, shape, scale.half()),
                    engine -> new ByteProgram(engine, flipped, sums(scale, pixelBytes), shape),
                    ByteProgram::close,
                    program -> program.use(buffers -> run(outputs, done, shape, buffers)));
        }

        private void run(Window outputs, int done, ByteProgram.Shape shape, ByteProgram.Buffers buffers) {
            int rowBytes = shape.rowBytes();
            read(outputs, shape, rowBytes, buffers.samples());
            buffers.convolve();
            byte[] low = buffers.low();
            if (low != buffers.high()) {
                settle(buffers.samples(), rowBytes, low, buffers.high(), outputs, done);
            }
            for (int y = done; y < outputs.height(); y++) {
                dst.write(outputs.x(), outputs.y() + y, outputs.width(), low, y * rowBytes);
            }
        }

        /** Reads the strip's samples with what surrounds them. */
        private void read(Window outputs, ByteProgram.Shape shape, int rowBytes, byte[] samples) {
            int left = outputs.x() - flipped.originX();
            int top = outputs.y() - flipped.originY();
            int begin = Math.max(0, -left);
            int end = Math.min(shape.width(), width - left);
            for (int y = 0; y < shape.height(); y++) {
                int row = edge.place(top + y, height);
                int at = y * rowBytes;
                if (row == Edge.NOWHERE) {
                    Arrays.fill(samples, at, at + rowBytes, (byte) constant);
                    continue;
                }
                src.read(left + begin, row, end - begin, samples, at + begin * pixelBytes);
                for (int x = 0; x < begin; x++) {
                    surround(left + x, row, samples, at + x * pixelBytes);
                }
                for (int x = end; x < shape.width(); x++) {
                    surround(left + x, row, samples, at + x * pixelBytes);
                }
            }
        }

        /** Computes in double precision what is uncertain. */
        private void settle(byte[] samples, int rowBytes, byte[] low, byte[] high, Window outputs, int done) {
            var flat = new FlatAreas(samples, rowBytes, pixelBytes, flipped);
            var values = new ByteValues(samples, rowBytes, pixelBytes, flipped);
            for (int y = done; y < outputs.height(); y++) {
                int at = y * rowBytes;
                int end = at + outputs.width() * pixelBytes;
                int uncertain = Arrays.mismatch(low, at, end, high, at, end);
                while (uncertain >= 0) {
                    at += uncertain;
                    at += settle(samples, at, low, end - at, flat, values);
                    uncertain = Arrays.mismatch(low, at, end, high, at, end);
                }
            }
        }

        /**
         * Computes a sample, and if its window is flat, those beside it whose windows are; returns how many.
         *
         * @param at where the sample lies among the results, and its window begins among the samples
         */
        private int settle(byte[] samples, int at, byte[] to, int most, FlatAreas flat, ByteValues values) {
            int bytes = Math.min(most, flat.bytes(at));
            if (bytes == 0) {
                to[at] = flat.isFlatInBand(at) ? flatSample(samples[at]) : (byte) values.sample(at, exact, scale);
                return 1;
            }
            if (pixelBytes == 1) { // at once: doubling from one byte took a third of what settling 3 x 3 windows took
                Arrays.fill(to, at, at + bytes, flatSample(samples[at]));
                return bytes;
            }
            for (int i = 0; i < Math.min(bytes, pixelBytes); i++) {
                to[at + i] = flatSample(samples[at + i]);
            }
            for (int done = pixelBytes; done < bytes; done += done) {
                System.arraycopy(to, at, to, at + done, Math.min(done, bytes - done));
            }
            return bytes;
        }

        private byte flatSample(byte value) {
            int index = Byte.toUnsignedInt(value);
            if (flatSamples[index] == UNKNOWN) {
                flatSamples[index] = (byte) ByteValues.flatSample(value, flipped, exact, scale);
            }
            return (byte) flatSamples[index];
        }

        private void surround(int x, int row, byte[] samples, int at) {
            int column = edge.place(x, width);
            if (column == Edge.NOWHERE) {
                Arrays.fill(samples, at, at + pixelBytes, (byte) constant);
            } else {
                src.read(column, row, 1, samples, at);
            }
        }
    }
}
