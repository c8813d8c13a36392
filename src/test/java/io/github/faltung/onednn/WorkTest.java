package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threads are called for what one alone would take more than some microseconds for, be it to compute or to move. */
class WorkTest {
    private static final int GRANTED = 8;

    @ParameterizedTest
    @CsvSource({
        "16, 14, 1e4, 1", // a small pooling
        "16, 14, 1e6, 8", // a convolution of the same tensors
        "64, 56, 1e6, 8",
        "64, 56, 0, 8",
        "1, 1, 0, 1",
    })
    void threads_channelsExtentOperations_areOneForLittle(int channels, int extent, double operations, int threads) {
        TensorShape shape = TensorShape.of(Dims.of(1, channels, extent, extent), Layout.CHANNELS_FIRST);
        Work work = (src, dst) -> operations;
        assertThat(work.threads(GRANTED, shape, shape)).isEqualTo(threads);
        assertThat(work.threads(1, shape, shape)).isEqualTo(1);
    }
}
