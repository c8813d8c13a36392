package io.github.faltung.onednn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Linux' format of shared libraries, as far as it tells that a file was cut short: the dynamic linker maps what the headers announce, and
 * the process dies by SIGBUS when it touches what the file does not have.
 *
 * <p>Source: System V ABI, Object Files, ELF-64 header and program headers. The natives are 64-bit and little-endian.
 */
final class ElfFile {
    private static final int MAGIC = 0x464c457f;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADERS_OFFSET_AT = 32;
    private static final int PROGRAM_HEADER_SIZE_AT = 54;
    private static final int PROGRAM_HEADERS_AT = 56;
    private static final int SEGMENT_OFFSET_AT = 8;
    private static final int SEGMENT_BYTES_AT = 32;
    private static final int SEGMENT_HEADER_BYTES = 56;

    private ElfFile() {}

    /** Returns what keeps a file from being a whole ELF file, or an empty text if nothing does. */
    static String defect(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer header = read(channel, 0, HEADER_BYTES);
            if (header.limit() < HEADER_BYTES || header.getInt(0) != MAGIC) {
                return "it is no shared library: it does not begin with an ELF header";
            }
            long needed = neededBytes(channel, header);
            return needed <= channel.size()
                    ? ""
                    : "it was cut short: its headers announce " + needed + " bytes, it has " + channel.size();
        }
    }

    private static long neededBytes(FileChannel channel, ByteBuffer header) throws IOException {
        long at = header.getLong(PROGRAM_HEADERS_OFFSET_AT);
        int size = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_SIZE_AT));
        int count = Short.toUnsignedInt(header.getShort(PROGRAM_HEADERS_AT));
        long needed = saturatedSum(at, (long) size * count);
        if (needed > channel.size() || size < SEGMENT_HEADER_BYTES) {
            return needed > channel.size() ? needed : Long.MAX_VALUE;
        }
        ByteBuffer segments = read(channel, at, size * count);
        for (int i = 0; i < count; i++) {
            long offset = segments.getLong(i * size + SEGMENT_OFFSET_AT);
            needed = Math.max(needed, saturatedSum(offset, segments.getLong(i * size + SEGMENT_BYTES_AT)));
        }
        return needed;
    }

    /** Of numbers without sign; one beyond 2⁶³ is more than any file has. */
    private static long saturatedSum(long a, long b) {
        return a < 0 || b < 0 || a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int n = channel.read(read, position);
        while (n > 0 && read.hasRemaining()) {
            n = channel.read(read, position + read.position());
        }
        return read.flip();
    }
}
