package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import org.junit.jupiter.api.Test;

class FewestAxesTest {
    private static Region floats(Dims dims, Layout layout) {
        return Storage.strided(DataType.F32, dims, layout).whole();
    }

    private static void requireDims(Copy copy, long... extents) {
        Copy fewest = FewestAxes.of(copy);
        assertThat(fewest.from().dims()).isEqualTo(Dims.of(extents));
        assertThat(fewest.to().dims()).isEqualTo(Dims.of(extents));
        assertThat(fewest.from().part().offset()).isEqualTo(copy.from().part().offset());
        assertThat(fewest.to().part().offset()).isEqualTo(copy.to().part().offset());
        assertThat(fewest.from().part().end()).isEqualTo(copy.from().part().end());
        assertThat(fewest.to().part().end()).isEqualTo(copy.to().part().end());
    }

    @Test
    void of_samePlaces_isOneAxis() {
        Dims dims = Dims.of(2, 3, 4, 5);
        for (Layout layout : new Layout[] {Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST}) {
            requireDims(new Copy(floats(dims, layout), floats(dims, layout)), 120);
        }
    }

    @Test
    void of_otherLayout_mergesPlacesOnly() {
        Dims dims = Dims.of(2, 3, 4, 5);
        Region first = floats(dims, Layout.CHANNELS_FIRST);
        Region last = floats(dims, Layout.CHANNELS_LAST);
        requireDims(new Copy(first, last), 2, 20, 3);
        requireDims(new Copy(last, first), 2, 3, 20);
    }

    @Test
    void of_someColumns_keepsRowsApart() {
        Dims dims = Dims.of(1, 1, 6, 8);
        Region some = floats(dims, Layout.CHANNELS_FIRST).with(all -> all.slice(3, 1, 5));
        requireDims(new Copy(some, floats(Dims.of(1, 1, 6, 5), Layout.CHANNELS_FIRST)), 6, 5);
    }

    @Test
    void of_oneElement_isOneAxis() {
        Dims one = Dims.of(1, 1, 1);
        Region last =
                floats(Dims.of(1, 1, 7), Layout.CHANNELS_FIRST).with(all -> new Part(6, one, new long[] {1, 1, 1}));
        requireDims(new Copy(last, floats(one, Layout.CHANNELS_FIRST)), 1);
    }
}
