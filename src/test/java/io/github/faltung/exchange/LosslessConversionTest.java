package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Arrays of one type read as tensors of another: all numbers are kept, or the first that can't be is said. */
class LosslessConversionTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "S32, F32, 16777217",
        "S32, F32, 2147483647",
        "S32, U8, -1",
        "S32, S8, 128",
        "S32, F16, 2049",
        "S32, BF16, 257",
        "U8, S8, 128",
        "S8, U8, -1",
        "F32, F16, 0.1",
        "F32, S32, 0.5",
        "F32, U8, 256",
        "F32, S32, NaN",
        "F16, BF16, 257",
        "F16, U8, 0.5",
    })
    void read_numberThatTheTypeDoesNotHold_isSaid(DataType given, DataType wanted, double last) throws IOException {
        Path file = folder.resolve("x.npy");
        Dims dims = Dims.of(1, 2);
        try (Tensor tensor = given.isFloating()
                ? Tensor.allocate(given, dims, Layout.CHANNELS_FIRST)
                : Tensor.of(new int[] {1, (int) last}, given, dims, Layout.CHANNELS_FIRST)) {
            if (given.isFloating()) {
                tensor.copyFrom(new float[] {1, (float) last}, Layout.CHANNELS_FIRST);
            }
            NpyFile.write(file, tensor);
        }
        assertThatThrownBy(() -> NpyFile.read(file, wanted))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContainingAll(
                        file.toString(), given + " element [0, 1] must be a number that " + wanted + " holds");
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void read_numbersThatAllTypesHold_areKept(DataType wanted) throws IOException {
        float[] values = {0, 1, 2, 100};
        for (DataType given : DataType.values()) {
            if (given == DataType.BF16) {
                continue; // NumPy has none
            }
            Path file = folder.resolve(given + ".npy");
            try (Tensor tensor = Tensor.allocate(given, Dims.of(4), Layout.CHANNELS_FIRST)) {
                tensor.copyFrom(values, Layout.CHANNELS_FIRST);
                NpyFile.write(file, tensor);
            }
            try (Tensor read = NpyFile.read(file, wanted)) {
                assertThat(read.dataType()).isEqualTo(wanted);
                assertThat(read.toFloatArray()).containsExactly(values);
            }
        }
    }

    /** Whether a type holds all of another is decided by the types alone where it does. */
    @Test
    void read_extremesOfASmallerType_areKept() throws IOException {
        int[][] extremes = {{0, 255}, {-128, 127}};
        DataType[] types = {DataType.U8, DataType.S8};
        for (int i = 0; i < types.length; i++) {
            Path file = folder.resolve(types[i] + ".npy");
            try (Tensor tensor = Tensor.of(extremes[i], types[i], Dims.of(2), Layout.CHANNELS_FIRST)) {
                NpyFile.write(file, tensor);
            }
            for (DataType wanted : new DataType[] {DataType.F32, DataType.F16, DataType.BF16, DataType.S32}) {
                try (Tensor read = NpyFile.read(file, wanted)) {
                    assertThat(read.toFloatArray()).containsExactly(extremes[i][0], extremes[i][1]);
                }
            }
        }
    }
}
