package io.github.faltung.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/**
 * Tells whether the rows of a JPEG file come from above, each once: if it is not progressive, and its first scan has all components (ITU-T
 * T.81, B.2). Of others the JDK's reader writes all rows again for each scan.
 */
final class JpegScans {
    private static final int MARKER = 0xff;

    /** Frames: {@code 0xc0 + n}, of which these three are none, but tables. */
    private static final int START_OF_FRAME = 0xc0;

    private static final int HUFFMAN_TABLES = 0xc4;
    private static final int EXTENSION = 0xc8;
    private static final int ARITHMETIC_CODING = 0xcc;

    private static final int START_OF_SCAN = 0xda;

    /** The components' number stands behind the precision and both extents. */
    private static final int BEFORE_COMPONENTS = 5;

    private JpegScans() {}

    /**
     * Reads up to the first scan.
     *
     * @param stream at the file's beginning
     * @throws IOException if there is none
     */
    static boolean isOne(ImageInputStream stream) throws IOException {
        stream.readUnsignedShort(); // start of image
        int components = 0;
        while (true) {
            int marker = nextMarker(stream);
            long end = stream.getStreamPosition() + stream.readUnsignedShort();
            if (marker == START_OF_SCAN) {
                return stream.readUnsignedByte() == components;
            }
            if (isFrame(marker)) {
                if (isProgressive(marker)) {
                    return false;
                }
                stream.skipBytes(BEFORE_COMPONENTS);
                components = stream.readUnsignedByte();
            }
            stream.seek(end);
        }
    }

    private static int nextMarker(ImageInputStream stream) throws IOException {
        int marker = stream.readUnsignedByte();
        while (marker != MARKER) {
            marker = stream.readUnsignedByte();
        }
        while (marker == MARKER) {
            marker = stream.readUnsignedByte(); // may be filled up with more of them
        }
        return marker;
    }

    private static boolean isFrame(int marker) {
        return marker >> 4 == START_OF_FRAME >> 4
                && marker != HUFFMAN_TABLES
                && marker != EXTENSION
                && marker != ARITHMETIC_CODING;
    }

    /** Frames 2, 6, 10 and 14. */
    private static boolean isProgressive(int marker) {
        return (marker & 3) == 2;
    }
}
