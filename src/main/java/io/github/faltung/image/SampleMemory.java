package io.github.faltung.image;

import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferDouble;
import java.awt.image.DataBufferFloat;
import java.awt.image.DataBufferInt;
import java.awt.image.DataBufferShort;
import java.awt.image.DataBufferUShort;
import java.util.List;

/** The arrays that rasters keep their samples in. */
final class SampleMemory {
    private SampleMemory() {}

    /** Returns whether a write to one may be seen in the other: two buffers may be of one array. */
    static boolean isShared(DataBuffer one, DataBuffer other) {
        if (one == other) {
            return true;
        }
        List<Object> arrays = arrays(other);
        return arrays(one).stream().anyMatch(array -> arrays.stream().anyMatch(another -> array == another));
    }

    private static List<Object> arrays(DataBuffer buffer) {
        if (buffer instanceof DataBufferByte bytes) {
            return List.of((Object[]) bytes.getBankData());
        }
        if (buffer instanceof DataBufferInt ints) {
            return List.of((Object[]) ints.getBankData());
        }
        if (buffer instanceof DataBufferUShort shorts) {
            return List.of((Object[]) shorts.getBankData());
        }
        if (buffer instanceof DataBufferShort shorts) {
            return List.of((Object[]) shorts.getBankData());
        }
        if (buffer instanceof DataBufferFloat floats) {
            return List.of((Object[]) floats.getBankData());
        }
        if (buffer instanceof DataBufferDouble doubles) {
            return List.of((Object[]) doubles.getBankData());
        }
        return List.of(); // a caller's own class, which tells of no array
    }
}
