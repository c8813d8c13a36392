package io.github.faltung.image;

import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.SinglePixelPackedSampleModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a raster of 8-bit samples as the bytes that they are in memory: of byte-grey, 3-byte and 4-byte images, and of those with a
 * pixel in each int. Rasters' coordinates begin at their upper left pixel here. For several threads as long as none writes what another reads.
 */
final class ByteRows {
    private final byte @Nullable [] bytes;
    private final int @Nullable [] ints;
    private final int first;
    private final int scanline;
    /** From one pixel to the next. */
    private final int pixelStride;

    private final int[] bandBytes;

    private ByteRows(
            byte @Nullable [] bytes, int @Nullable [] ints, int first, int scanline, int pixelStride, int[] bandBytes) {
        this.bytes = bytes;
        this.ints = ints;
        this.first = first;
        this.scanline = scanline;
        this.pixelStride = pixelStride;
        this.bandBytes = bandBytes;
    }

    /** Returns the rows of a raster, or nothing if its samples are not neighbouring bytes of a pixel. */
    static Optional<ByteRows> of(Raster raster) {
        SampleModel model = raster.getSampleModel();
        int x = raster.getMinX() - raster.getSampleModelTranslateX();
        int y = raster.getMinY() - raster.getSampleModelTranslateY();
        ByteRows rows = null;
        if (model instanceof ComponentSampleModel component
                && raster.getDataBuffer() instanceof DataBufferByte buffer
                && buffer.getNumBanks() == 1) {
            int least = Arrays.stream(component.getBandOffsets()).min().orElse(0);
            int[] within = Arrays.stream(component.getBandOffsets())
                    .map(offset -> offset - least)
                    .toArray();
            int start = buffer.getOffset() + least + y * component.getScanlineStride() + x * component.getPixelStride();
            rows = new ByteRows(
                    buffer.getData(), null, start, component.getScanlineStride(), component.getPixelStride(), within);
        } else if (model instanceof SinglePixelPackedSampleModel packed
                && raster.getDataBuffer() instanceof DataBufferInt buffer
                && Arrays.stream(packed.getSampleSize()).allMatch(bits -> bits == Byte.SIZE)
                && Arrays.stream(packed.getBitOffsets()).allMatch(bit -> bit % Byte.SIZE == 0)) {
            int start = buffer.getOffset() + y * packed.getScanlineStride() + x;
            int[] within = Arrays.stream(packed.getBitOffsets())
                    .map(bit -> bit / Byte.SIZE)
                    .toArray();
            rows = new ByteRows(null, buffer.getData(), start, packed.getScanlineStride(), Integer.BYTES, within);
        }
        return Optional.ofNullable(rows).filter(ByteRows::areNeighbours);
    }

    /** Whether the bands are the first bytes of a pixel, in any order. */
    private boolean areNeighbours() {
        int[] sorted = bandBytes.clone();
        Arrays.sort(sorted);
        return bandBytes.length <= pixelStride
                && Arrays.equals(sorted, IntStream.range(0, sorted.length).toArray());
    }

    /** Returns whether the bands of both lie alike. */
    boolean isLike(ByteRows other) {
        return pixelBytes() == other.pixelBytes() && Arrays.equals(bandBytes, other.bandBytes);
    }

    int bands() {
        return bandBytes.length;
    }

    /** Returns how many bytes of a pixel are read and written: its samples, of an int with several all four. */
    int pixelBytes() {
        return ints != null && bands() > 1 ? Integer.BYTES : bands();
    }

    /** Returns the rows as they are, if so many bytes of a pixel are to be read and written together, or each band's. */
    List<ByteRows> together(int pixelBytes) {
        return pixelBytes == pixelBytes() ? List.of(this) : planes();
    }

    /**
     * Returns each band by itself, as rows of pixels of one byte. Those of ints are written by reading the others beside them: by one thread at a
     * time, for each pixel.
     */
    private List<ByteRows> planes() {
        return Arrays.stream(bandBytes)
                .mapToObj(band -> new ByteRows(
                        bytes, ints, ints == null ? first + band : first, scanline, pixelStride, new int[] {band}))
                .toList();
    }

    /** Copies pixels of a row into bytes. */
    void read(int x, int y, int pixels, byte[] to, int at) {
        int from = first + y * scanline + (ints == null ? x * pixelStride : x);
        if (ints != null && bands() > 1) {
            ByteBuffer.wrap(to, at, pixels * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .put(ints, from, pixels);
        } else if (ints != null) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                to[at + pixel] = (byte) (ints[from + pixel] >>> shift());
            }
        } else if (bytes != null && bands() == pixelStride) {
            System.arraycopy(bytes, from, to, at, pixels * pixelStride);
        } else if (bytes != null) {
            spread(bytes, from, pixelStride, to, at, bands(), pixels, bands());
        }
    }

    /** Overwrites the samples of some pixels of a row; what is no sample stays. */
    void write(int x, int y, int pixels, byte[] from, int at) {
        int to = first + y * scanline + (ints == null ? x * pixelStride : x);
        if (ints != null && bands() > 1) {
            var packed = new int[pixels];
            ByteBuffer.wrap(from, at, pixels * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .get(packed);
            int samples = (int) ((1L << (Byte.SIZE * bands())) - 1);
            for (int pixel = 0; pixel < pixels; pixel++) {
                ints[to + pixel] = (ints[to + pixel] & ~samples) | (packed[pixel] & samples);
            }
        } else if (ints != null) {
            int others = ~(Picture.WHITE << shift());
            for (int pixel = 0; pixel < pixels; pixel++) {
                ints[to + pixel] = (ints[to + pixel] & others) | ((from[at + pixel] & Picture.WHITE) << shift());
            }
        } else if (bytes != null && bands() == pixelStride) {
            System.arraycopy(from, at, bytes, to, pixels * pixelStride);
        } else if (bytes != null) {
            spread(from, at, bands(), bytes, to, pixelStride, pixels, bands());
        }
    }

    /** Returns where the only band's bits are in an int. */
    private int shift() {
        return bandBytes[0] * Byte.SIZE;
    }

    /** Copies some bytes of each pixel from pixels of one length to pixels of another. */
    private static void spread(
            byte[] from, int first, int fromStride, byte[] to, int at, int toStride, int pixels, int bands) {
        for (int band = 0; band < bands; band++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                to[at + band + pixel * toStride] = from[first + band + pixel * fromStride];
            }
        }
    }
}
