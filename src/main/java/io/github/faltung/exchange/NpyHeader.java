package io.github.faltung.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What stands before the elements of an {@code .npy} file. Source: NumPy 2.3, {@code numpy.lib.format}, format versions 1.0, 2.0 and
 * 3.0.
 *
 * @param type of the elements
 * @param order of the bytes of an element
 * @param fortranOrder whether the first axis varies fastest
 * @param shape any number of axes, slowest first unless {@code fortranOrder}
 * @param dataOffset where in the file the elements begin
 */
public record NpyHeader(NpyType type, ByteOrder order, boolean fortranOrder, List<Long> shape, long dataOffset) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_BYTES = 2;

    /** Magic, version, and the longest form of the header's length. */
    private static final int LONGEST_PREFIX = 12;

    /** The most that version 1.0 can say. Only structured types need more, which no tensor has. */
    private static final int LONGEST_TEXT = 0xffff;

    private static final int SHORT_LENGTH_BYTES = 2;
    private static final int ALIGNMENT = 64;

    /** Copies the shape. */
    public NpyHeader {
        shape = List.copyOf(shape);
    }

    /**
     * Reads a file's header.
     *
     * @throws ExchangeException if it is broken, or its type is not one of {@link NpyType}
     * @throws IOException if the file can't be read
     */
    public static NpyHeader read(Path file) throws IOException {
        try (FileChannel channel = InputFile.open(file)) {
            return read(new NpyContent.InFile(file.toString(), channel, Integer.MAX_VALUE));
        }
    }

    static NpyHeader read(NpyContent content) throws IOException {
        String place = content.place();
        ByteBuffer prefix = bytes(content, 0, (int) Math.min(LONGEST_PREFIX, content.size()));
        for (int i = 0; i < MAGIC.length; i++) {
            if (i >= prefix.limit() || prefix.get(i) != MAGIC[i]) {
                throw new ExchangeException(place, "the first bytes must be \\x93NUMPY, those of an .npy file");
            }
        }
        int lengthAt = MAGIC.length + VERSION_BYTES;
        if (prefix.limit() < LONGEST_PREFIX) {
            throw cut(place, "header length", LONGEST_PREFIX, prefix.limit());
        }
        int major = Byte.toUnsignedInt(prefix.get(MAGIC.length));
        int minor = Byte.toUnsignedInt(prefix.get(MAGIC.length + 1));
        if (major < 1 || major > 3 || minor != 0) {
            throw ExchangeException.broken(place, "version", "must be 1.0, 2.0 or 3.0", major + "." + minor);
        }
        long length = major == 1
                ? Short.toUnsignedInt(prefix.getShort(lengthAt))
                : Integer.toUnsignedLong(prefix.getInt(lengthAt));
        int textAt = lengthAt + (major == 1 ? SHORT_LENGTH_BYTES : Integer.BYTES);
        if (length > LONGEST_TEXT) {
            throw ExchangeException.broken(place, "header length", "must be at most " + LONGEST_TEXT, length);
        }
        if (textAt + length > content.size()) {
            throw cut(place, "header", textAt + length, content.size());
        }
        ByteBuffer text = bytes(content, textAt, (int) length);
        // Versions 1.0 and 2.0 are Latin-1, 3.0 is UTF-8; what we accept of either is ASCII.
        return new NpyText(place, StandardCharsets.ISO_8859_1.decode(text).toString()).header(textAt + length);
    }

    private static ExchangeException cut(String place, String what, long needed, long found) {
        return ExchangeException.broken(
                place, what, "must end within the file, at byte " + needed, "cut off at byte " + found);
    }

    /** The piece's own bytes from its position 0 on. */
    private static ByteBuffer bytes(NpyContent content, long at, int count) throws IOException {
        return content.piece(at, count).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns a version 1.0 file's first bytes, so long that the elements are aligned to 64. */
    ByteBuffer toBytes() {
        String sign = type.bytes() == 1 ? "|" : order == ByteOrder.LITTLE_ENDIAN ? "<" : ">";
        String axes = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
        String text = "{'descr': '" + sign + type.code() + "', 'fortran_order': " + (fortranOrder ? "True" : "False")
                + ", 'shape': (" + axes + (shape.size() == 1 ? ",), }" : "), }");
        int before = MAGIC.length + VERSION_BYTES + SHORT_LENGTH_BYTES;
        int end = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        String padded = text + " ".repeat(end - before - text.length() - 1) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length());
        return bytes.put(padded.getBytes(StandardCharsets.US_ASCII)).flip();
    }
}
