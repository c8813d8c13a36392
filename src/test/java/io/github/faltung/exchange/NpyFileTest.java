package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code .npy} files: what NumPy writes is read, what is written NumPy reads, and what is broken is said. */
class NpyFileTest {
    /** What {@code numpy.save} of NumPy 2.4 wrote before the elements of a 2 × 3 array of big-endian floats. */
    private static final String NUMPY_TEXT =
            "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }" + " ".repeat(58) + "\n";

    private static final String USUAL = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    @TempDir
    private Path folder;

    /** A file of a version whose floats are written as DataOutput does: big endian. */
    private Path file(int major, String text, float... values) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(0x93);
        out.writeBytes("NUMPY");
        out.write(major);
        out.write(0);
        byte[] header = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(Short.reverseBytes((short) header.length));
        if (major > 1) {
            out.writeShort(0);
        }
        out.write(header);
        for (float value : values) {
            out.writeFloat(value);
        }
        return Files.write(folder.resolve("x.npy"), bytes.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void read_whatNumpyWrote_isTheArray(int major) throws IOException {
        Path file = file(major, NUMPY_TEXT, 0, 1, 2, 3, 4, 5);
        assertThat(NpyHeader.read(file))
                .isEqualTo(new NpyHeader(
                        NpyType.F32, ByteOrder.BIG_ENDIAN, false, List.of(2L, 3L), major == 1 ? 128 : 130));
        try (Tensor tensor = NpyFile.read(file)) {
            assertThat(tensor.dims()).isEqualTo(Dims.of(2, 3));
            assertThat(tensor.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'shape':(6L,),\"fortran_order\":False,'descr':'>f4'}",
                "  { 'shape' : ( 6 , ) , 'descr' : '>f4' , 'fortran_order' : False , }  \n"
            })
    void read_otherSpellings_areTheSame(String text) throws IOException {
        try (Tensor tensor = NpyFile.read(file(1, text, 5, 4, 3, 2, 1, 0))) {
            assertThat(tensor.toFloatArray()).containsExactly(5, 4, 3, 2, 1, 0);
        }
    }

    @Test
    void write_anyLayoutAndPieces_readsBackTheSame() throws IOException {
        var random = new SplittableRandom(7);
        var values = new float[2 * 3 * 5 * 7];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        for (Layout layout : Layout.values()) {
            try (Tensor tensor = Tensor.allocate(DataType.F32, Dims.of(2, 3, 5, 7), layout)) {
                tensor.copyFrom(values, Layout.CHANNELS_FIRST);
                // Not in the folder: Windows deletes a mapped file only after the garbage collector has run.
                Path file = Files.createTempFile("faltung", ".npy");
                file.toFile().deleteOnExit();
                NpyFile.write(file, tensor, 64);
                for (int mapFrom : new int[] {1, Integer.MAX_VALUE}) {
                    try (Tensor read = NpyFile.read(file, mapFrom, 128)) {
                        assertThat(read.dims()).isEqualTo(tensor.dims());
                        assertThat(read.toFloatArray()).containsExactly(values);
                    }
                }
            }
        }
    }

    private static float[] floats(String numbers) {
        String[] texts = numbers.split(";", -1);
        var values = new float[texts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(texts[i]);
        }
        return values;
    }

    /** Written out from NumPy's format specification; the elements are those of its types' definitions. */
    @ParameterizedTest
    @CsvSource({
        "<f2, F16, 1;-2;65504, 003c 00c0 ff7b",
        ">f2, F16, 1;-2;65504, 3c00 c000 7bff",
        "|u1, U8, 0;127;255, 00 7f ff",
        "|i1, S8, 0;127;-1, 00 7f ff",
        "<u1, U8, 1;2;255, 01 02 ff",
        "<i4, S32, 1;-1;-2147483648, 01000000 ffffffff 00000080",
        ">i4, S32, 1;-1;-2147483648, 00000001 ffffffff 80000000",
        "<f4, F32, 1;-1;0.5, 0000803f 000080bf 0000003f"
    })
    void read_eachType_isItsNumbersAndWritesBack(String descr, DataType type, String numbers, String bytes)
            throws IOException {
        byte[] elements = HexFormat.of().parseHex(bytes.replace(" ", ""));
        String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (3,), }\n";
        Path file = file(1, text);
        Files.write(file, elements, StandardOpenOption.APPEND);
        float[] values = floats(numbers);
        try (Tensor tensor = NpyFile.read(file)) {
            assertThat(tensor.dataType()).isEqualTo(type);
            assertThat(tensor.toFloatArray()).containsExactly(values);
            Path copy = folder.resolve("copy.npy");
            NpyFile.write(copy, tensor);
            try (Tensor again = NpyFile.read(copy)) {
                assertThat(again.dataType()).isEqualTo(type);
                assertThat(again.toFloatArray()).containsExactly(values);
            }
            byte[] written = Files.readAllBytes(copy);
            assertThat(written).hasSize(128 + elements.length);
            if (!descr.startsWith(">")) {
                assertThat(written).endsWith(elements);
                String sign = type.bytes() == 1 ? "|" : "<";
                assertThat(new String(written, 10, 118, StandardCharsets.US_ASCII))
                        .startsWith("{'descr': '" + sign + descr.substring(1) + "', 'fortran_order': False");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = "BF16", mode = EnumSource.Mode.EXCLUDE)
    void write_eachTypeAndLayoutInPieces_readsBackTheSame(DataType type) throws IOException {
        var random = new SplittableRandom(11);
        Dims dims = Dims.of(2, 3, 5, 7);
        for (Layout layout : Layout.values()) {
            try (Tensor tensor = Tensor.allocate(type, dims, layout)) {
                var values = new float[(int) dims.elements()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) type.round(random.nextInt(-200, 400));
                }
                tensor.copyFrom(values, Layout.CHANNELS_FIRST);
                Path file = Files.createTempFile("faltung", ".npy");
                file.toFile().deleteOnExit();
                NpyFile.write(file, tensor, 64);
                for (int mapFrom : new int[] {1, Integer.MAX_VALUE}) {
                    try (Tensor read = NpyFile.read(file, mapFrom, 128)) {
                        assertThat(read.dataType()).isEqualTo(type);
                        assertThat(read.toFloatArray()).containsExactly(values);
                    }
                }
            }
        }
    }

    @Test
    void write_bf16_isRefusedByName() {
        try (Tensor tensor = Tensor.allocate(DataType.BF16, Dims.of(2), Layout.CHANNELS_FIRST)) {
            assertThatThrownBy(() -> NpyFile.write(folder.resolve("b.npy"), tensor))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("a type that NumPy has", "bf16");
            assertThat(folder.resolve("b.npy")).doesNotExist();
        }
    }

    @Test
    void write_header_isNumpys() throws IOException {
        Path file = folder.resolve("y.npy");
        try (Tensor tensor = Tensor.of(new float[] {1, 2}, Dims.of(2))) {
            NpyFile.write(file, tensor);
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(128 + 8).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
                .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }" + " ".repeat(60) + "\n");
        assertThat(bytes[130]).isEqualTo((byte) 0x80);
    }

    @Test
    void read_hundredBytesThatSayTenGigabytes_isRefusedUnallocated() throws IOException {
        Path file = file(1, USUAL.replace("(2, 3)", "(2684354560,)"), 1, 2, 3, 4);
        assertThat(Files.size(file)).isLessThan(100);
        assertThatThrownBy(() -> NpyFile.read(file))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll(file.toString(), "shape [2684354560]", "16 bytes", "2684354560 elements");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "(2, 3)|(2, 4)|shape [2, 4] must be that of what follows",
                "(2, 3)|(2, 2)|8 bytes of",
                "(2, 3)|(0, 3)|dims must be positive",
                "(2, 3)|(9223372036854775807, 9)|2^63",
                "(2, 3)|(9223372036854775808,)|shape must have extents",
                "(2, 3)|(-2, -3)|shape must have extents",
                "(2, 3)|[2, 3]|must have '('",
                "(2, 3)|(2 3)|must have ')'",
                "(2, 3)|6|must have '('",
                "False|false|True or False",
                "'shape': (2, 3)|'form': (2, 3)|'form'",
                "'shape': (2, 3)|'descr': '<f4'|must have one descr",
                "'shape': (2, 3), ||must have the key shape",
                "'descr': '<f4', ||must have the key descr",
                "}|} x|must end with its dictionary",
                "}||must have",
                "'<f4'|'<f4|must have"
            })
    void read_brokenHeader_namesFileFieldAndValue(String part, String instead, String message) throws IOException {
        Path file = file(1, USUAL.replace(part, instead == null ? "" : instead), message.startsWith("8 b") ? 1 : 0, 2);
        assertThatThrownBy(() -> NpyFile.read(file))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContainingAll(file.toString(), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '~',
            value = {
                "'<f4'!'<V2'!no bf16",
                "'<f4'!'<f8'!descr '<f8'",
                "'<f4'!'|O'!descr",
                "'<f4'![('a', '<f4')]!structured",
                "False!True!fortran_order",
                "(2, 3)!()!0 axes",
                "(2, 3)!(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6)!13 axes"
            })
    void read_whatIsNotSupportedYet_saysWhat(String part, String instead, String feature) throws IOException {
        Path file = file(1, USUAL.replace(part, instead), 0, 1, 2, 3, 4, 5);
        assertThatThrownBy(() -> NpyFile.read(file))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining(feature);
    }

    @Test
    void read_noFileOrFolderOrOtherMagicOrVersion_isRefused() throws IOException {
        assertThatThrownBy(() -> NpyFile.read(folder.resolve("none.npy")))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("there is none");
        assertThatThrownBy(() -> NpyFile.read(folder)).isInstanceOf(ExchangeException.class);
        Path other = Files.writeString(folder.resolve("other.npy"), "something else altogether");
        assertThatThrownBy(() -> NpyFile.read(other)).hasMessageContaining("NUMPY");
        assertThatThrownBy(() -> NpyFile.read(file(4, USUAL))).hasMessageContainingAll("version", "4.0");
        assertThatThrownBy(() -> NpyFile.read(file(2, " ".repeat(0x8000) + "\n")))
                .isInstanceOf(ExchangeException.class);
    }

    @Test
    void write_closedTensor_leavesWhatWasThere(@TempDir Path elsewhere) throws IOException {
        Path file = elsewhere.resolve("kept.npy");
        Tensor tensor = Tensor.of(new float[] {1, 2}, Dims.of(2));
        NpyFile.write(file, tensor);
        byte[] before = Files.readAllBytes(file);
        tensor.close();
        assertThatThrownBy(() -> NpyFile.write(file, tensor)).isInstanceOf(IllegalStateException.class);
        assertThat(file).hasBinaryContent(before);
    }
}
