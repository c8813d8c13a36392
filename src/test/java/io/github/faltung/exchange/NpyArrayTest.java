package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks of {@code .npy} files. */
class NpyArrayTest {
    @TempDir
    private Path folder;

    private Path numbered(DataType type, Dims dims) throws IOException {
        Path file = folder.resolve("a.npy");
        int[] numbers = IntStream.range(0, (int) dims.elements()).toArray();
        try (Tensor tensor = Tensor.of(numbers, type, dims, Layout.CHANNELS_FIRST)) {
            NpyFile.write(file, tensor);
        }
        return file;
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "BF16")
    void read_ofABlock_hasItsElements(DataType type) throws IOException {
        try (NpyArray array = NpyArray.open(numbered(type, Dims.of(2, 5, 7)));
                Tensor block = array.read(new long[] {0, 2, 3}, Dims.of(2, 2, 3))) {
            assertThat(array.dims()).isEqualTo(Dims.of(2, 5, 7));
            assertThat(array.dataType()).isEqualTo(type);
            assertThat(block.toFloatArray()).containsExactly(17, 18, 19, 24, 25, 26, 52, 53, 54, 59, 60, 61);
        }
    }

    @Test
    void read_ofBigEndianFiles_hasTheSameNumbers() throws IOException {
        Path file = folder.resolve("big.npy");
        ByteBuffer header = new NpyHeader(NpyType.F32, ByteOrder.BIG_ENDIAN, false, List.of(2L, 2L), 0).toBytes();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(header);
            channel.write(ByteBuffer.allocate(16)
                    .putFloat(1)
                    .putFloat(2)
                    .putFloat(3)
                    .putFloat(4)
                    .flip());
        }
        try (NpyArray array = NpyArray.edit(file);
                Tensor column = array.read(new long[] {0, 1}, Dims.of(2, 1))) {
            assertThat(column.toFloatArray()).containsExactly(2, 4);
            array.write(new long[] {0, 0}, column);
        }
        try (Tensor all = NpyFile.read(file)) {
            assertThat(all.toFloatArray()).containsExactly(2, 2, 4, 4);
        }
    }

    @Test
    void write_ofBlocks_makesTheFileThatTheWholeWouldBe() throws IOException {
        Dims dims = Dims.of(3, 5, 7);
        Path whole = numbered(DataType.F16, dims);
        Path parts = folder.resolve("parts.npy");
        try (NpyArray from = NpyArray.open(whole);
                NpyArray to = NpyArray.create(parts, DataType.F16, dims)) {
            for (long[] first : new long[][] {{0, 0, 0}, {0, 0, 4}, {0, 3, 0}, {0, 3, 4}}) {
                Dims block = Dims.of(3, first[1] == 0 ? 3 : 2, first[2] == 0 ? 4 : 3);
                try (Tensor tensor = from.read(first, block)) {
                    to.write(first, tensor);
                }
            }
        }
        assertThat(Files.mismatch(whole, parts)).isEqualTo(-1);
    }

    @Test
    void create_largerThanMemory_isZerosAndSparse() throws IOException {
        Path file = folder.resolve("huge.npy");
        try (NpyArray array = NpyArray.create(file, DataType.F32, Dims.of(100_000, 100_000));
                Tensor last = array.read(new long[] {99_999, 99_998}, Dims.of(1, 2))) {
            assertThat(last.toFloatArray()).containsExactly(0, 0);
        }
        assertThat(Files.size(file)).isGreaterThan(40_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, 1, 1", "0, 0, 5, 8", "0, 0, 6, 7", "4, 0, 2, 1", "0, 7, 1, 1"})
    void read_beyondTheArray_isRefused(long row, long column, long rows, long columns) throws IOException {
        try (NpyArray array = NpyArray.open(numbered(DataType.U8, Dims.of(5, 7)))) {
            assertThatThrownBy(() -> array.read(new long[] {row, column}, Dims.of(rows, columns)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must lie within the array of 5x7");
            assertThatThrownBy(() -> array.read(new long[] {0}, Dims.of(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void write_ofAnotherType_isRefused() throws IOException {
        try (NpyArray array = NpyArray.edit(numbered(DataType.U8, Dims.of(5, 7)));
                Tensor floats = Tensor.allocate(Dims.of(1, 1))) {
            assertThatThrownBy(() -> array.write(new long[] {0, 0}, floats))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be of u8");
        }
    }

    @Test
    void open_ofACutFile_isRefused() throws IOException {
        Path file = numbered(DataType.F32, Dims.of(5, 7));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertThatThrownBy(() -> NpyArray.open(file))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("shape");
    }

    @Test
    void fileInMemory_isReadAsOnDisk() throws IOException {
        Path file = numbered(DataType.S32, Dims.of(5, 7));
        byte[] bytes = Files.readAllBytes(file);
        try (Tensor tensor = NpyFile.read("it", bytes, DataType.F32)) {
            assertThat(tensor.dims()).isEqualTo(Dims.of(5, 7));
            assertThat(tensor.get(4, 6)).isEqualTo(34);
        }
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThatThrownBy(() -> NpyFile.read("it", cut, DataType.F32))
                .isInstanceOf(ExchangeException.class)
                .hasMessageStartingWith("it: shape");
    }

    @Test
    void create_largerThanAnyFile_leavesWhatWasThere(@TempDir Path elsewhere) throws IOException {
        Path file = elsewhere.resolve("kept.npy");
        Files.write(file, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> NpyArray.create(file, DataType.F32, Dims.of(1L << 60)))
                .isInstanceOf(IOException.class);
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertThatThrownBy(() -> NpyArray.create(file, DataType.F32, Dims.of(1L << 62)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dims must be of less than 2^63 bytes, but were 4611686018427387904 of");
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void read_blockOfGigabytesOutside_isRefusedBeforeItIsAllocated(@TempDir Path elsewhere) throws IOException {
        try (NpyArray array = NpyArray.create(elsewhere.resolve("a.npy"), DataType.F32, Dims.of(3, 4))) {
            assertThatThrownBy(() -> array.read(new long[] {0, 0}, Dims.of(1, 1L << 40)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("block must lie within the array of 3x4");
        }
    }
}
