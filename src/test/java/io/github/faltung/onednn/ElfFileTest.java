package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
    private static final int SEGMENTS_AT = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int WHOLE = 1000;

    @TempDir
    Path folder;

    /** Two segments, of which the second one reaches to the file's end. */
    private static ByteBuffer elf() {
        ByteBuffer elf = ByteBuffer.allocate(WHOLE).order(ByteOrder.LITTLE_ENDIAN);
        elf.putInt(0, 0x464c457f).putLong(32, SEGMENTS_AT).putShort(54, (short) SEGMENT_BYTES);
        elf.putShort(56, (short) 2).putLong(SEGMENTS_AT + 32, 300);
        return elf.putLong(SEGMENTS_AT + SEGMENT_BYTES + 8, 300).putLong(SEGMENTS_AT + SEGMENT_BYTES + 32, WHOLE - 300);
    }

    private String defect(byte[] bytes) throws Exception {
        return ElfFile.defect(Files.write(folder.resolve("lib.so"), bytes));
    }

    @Test
    void defect_wholeFile_isNone() throws Exception {
        assertThat(defect(elf().array())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {WHOLE - 1, SEGMENTS_AT + 2 * SEGMENT_BYTES, SEGMENTS_AT + 2 * SEGMENT_BYTES - 1, SEGMENTS_AT})
    void defect_shorterFile_isThatItWasCutShort(int bytes) throws Exception {
        assertThat(defect(Arrays.copyOf(elf().array(), bytes))).contains("cut short", "it has " + bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, SEGMENTS_AT - 1})
    void defect_lessThanHeader_isThatItIsNoLibrary(int bytes) throws Exception {
        assertThat(defect(Arrays.copyOf(elf().array(), bytes))).contains("no shared library");
    }

    @Test
    void defect_otherFormat_isThatItIsNoLibrary() throws Exception {
        assertThat(defect(elf().putInt(0, 0x04034b50).array())).contains("no shared library");
    }

    /** Numbers that overflow, or headers too small to hold what is read, are no reason to read beyond the file. */
    @Test
    void defect_absurdHeaders_isFound() throws Exception {
        assertThat(defect(elf().putLong(32, -1).array())).contains("cut short");
        assertThat(defect(elf().putLong(32, Long.MAX_VALUE).array())).contains("cut short");
        assertThat(defect(elf().putLong(SEGMENTS_AT + 8, Long.MAX_VALUE).array()))
                .contains("cut short");
        assertThat(defect(elf().putShort(54, (short) 8).array())).contains("cut short");
    }
}
