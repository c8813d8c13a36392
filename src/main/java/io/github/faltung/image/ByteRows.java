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
    /** Whether it is a single band of the pixels that there are. */
    private final boolean isPlane;

    private ByteRows(
            byte @Nullable [] bytes,
            int @Nullable [] ints,
            int first,
            int scanline,
            int pixelStride,
            int[] bandBytes,
            boolean isPlane) {
        this.bytes = bytes;
        this.ints = ints;
        this.first = first;
        this.scanline = scanline;
        this.pixelStride = pixelStride;
        this.bandBytes = bandBytes;
        this.isPlane = isPlane;
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
                    buffer.getData(),
                    null,
                    start,
                    component.getScanlineStride(),
                    component.getPixelStride(),
                    within,
                    false);
        } else if (model instanceof SinglePixelPackedSampleModel packed
                && raster.getDataBuffer() instanceof DataBufferInt buffer
                && Arrays.stream(packed.getSampleSize()).allMatch(bits -> bits == Byte.SIZE)
                && Arrays.stream(packed.getBitOffsets()).allMatch(bit -> bit % Byte.SIZE == 0)) {
            int start = buffer.getOffset() + y * packed.getScanlineStride() + x;
            int[] within = Arrays.stream(packed.getBitOffsets())
                    .map(bit -> bit / Byte.SIZE)
                    .toArray();
            rows = new ByteRows(
                    null, buffer.getData(), start, packed.getScanlineStride(), Integer.BYTES, within, false);
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

    /** Returns how many bytes of a pixel are read and written: its samples, of an int all four, or that of a single band. */
    int pixelBytes() {
        return bytes == null && !isPlane ? Integer.BYTES : bandBytes.length;
    }

    /** Returns the rows as they are, if so many bytes of a pixel are to be read and written together, or each band's. */
    List<ByteRows> together(int pixelBytes) {
        return pixelBytes == pixelBytes() ? List.of(this) : planes();
    }

    /** Returns each band by itself, as rows of pixels of one byte. What is written to one is not to be read from another at the same time. */
    List<ByteRows> planes() {
        return Arrays.stream(bandBytes)
                .mapToObj(band -> new ByteRows(
                        bytes,
                        ints,
                        bytes == null ? first : first + band,
                        scanline,
                        pixelStride,
                        new int[] {band},
                        true))
                .toList();
    }

    /** Copies pixels of a row into bytes. */
    void read(int x, int y, int pixels, byte[] to, int at) {
        int from = first + y * scanline;
        if (bytes != null && bandBytes.length == pixelStride) {
            System.arraycopy(bytes, from + x * pixelStride, to, at, pixels * pixelStride);
        } else if (bytes != null && isPlane) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                to[at + pixel] = bytes[from + (x + pixel) * pixelStride];
            }
        } else if (bytes != null) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                System.arraycopy(
                        bytes, from + (x + pixel) * pixelStride, to, at + pixel * bandBytes.length, bandBytes.length);
            }
        } else if (ints != null && isPlane) {
            int shift = bandBytes[0] * Byte.SIZE;
            for (int pixel = 0; pixel < pixels; pixel++) {
                to[at + pixel] = (byte) (ints[from + x + pixel] >>> shift);
            }
        } else if (ints != null) {
            ByteBuffer.wrap(to, at, pixels * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .put(ints, from + x, pixels);
        }
    }

    /** Overwrites the samples of some pixels of a row; what is no sample stays. */
    void write(int x, int y, int pixels, byte[] from, int at) {
        int to = first + y * scanline;
        if (bytes != null && bandBytes.length == pixelStride) {
            System.arraycopy(from, at, bytes, to + x * pixelStride, pixels * pixelStride);
        } else if (bytes != null && isPlane) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                bytes[to + (x + pixel) * pixelStride] = from[at + pixel];
            }
        } else if (bytes != null) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                System.arraycopy(
                        from, at + pixel * bandBytes.length, bytes, to + (x + pixel) * pixelStride, bandBytes.length);
            }
        } else if (ints != null && isPlane) {
            int shift = bandBytes[0] * Byte.SIZE;
            int others = ~(Picture.WHITE << shift);
            for (int pixel = 0; pixel < pixels; pixel++) {
                ints[to + x + pixel] = (ints[to + x + pixel] & others) | ((from[at + pixel] & Picture.WHITE) << shift);
            }
        } else if (ints != null) {
            var packed = new int[pixels];
            ByteBuffer.wrap(from, at, pixels * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer()
                    .get(packed);
            int samples = (int) ((1L << (Byte.SIZE * bandBytes.length)) - 1);
            merge(packed, samples, ints, to + x);
        }
    }

    /** Puts some bits of each number into others. */
    private static void merge(int[] from, int bits, int[] into, int at) {
        for (int i = 0; i < from.length; i++) {
            into[at + i] = (into[at + i] & ~bits) | (from[i] & bits);
        }
    }
}
