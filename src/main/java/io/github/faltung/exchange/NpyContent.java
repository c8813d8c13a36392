package io.github.faltung.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes of an {@code .npy} file, wherever they are. */
interface NpyContent {
    /** Returns what messages call it. */
    String place();

    /** Returns the number of bytes. */
    long size() throws IOException;

    /**
     * Returns some of the bytes, between position and limit.
     *
     * @param at the first one
     * @param length how many, which there are, unless the content has become shorter meanwhile
     */
    ByteBuffer piece(long at, int length) throws IOException;

    /** Bytes in memory. */
    record InMemory(String place, ByteBuffer bytes) implements NpyContent {
        @Override
        public long size() {
            return bytes.limit();
        }

        @Override
        public ByteBuffer piece(long at, int length) {
            return bytes.slice((int) at, length);
        }
    }

    /**
     * An open file.
     *
     * @param mapFromBytes from this size on a piece is mapped. A smaller one is read, which leaves no mapping for the garbage collector to undo
     */
    record InFile(String place, FileChannel channel, int mapFromBytes) implements NpyContent {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public ByteBuffer piece(long at, int length) throws IOException {
            if (length >= mapFromBytes) {
                return channel.map(FileChannel.MapMode.READ_ONLY, at, length);
            }
            ByteBuffer piece = ByteBuffer.allocate(length);
            while (piece.hasRemaining()) {
                if (channel.read(piece, at + piece.position()) < 0) {
                    throw new ExchangeException(place, "became shorter while it was read");
                }
            }
            return piece.flip();
        }
    }
}
