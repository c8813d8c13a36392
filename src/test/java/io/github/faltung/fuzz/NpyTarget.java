package io.github.faltung.fuzz;

import io.github.faltung.exchange.ExchangeException;
import io.github.faltung.exchange.NpyFile;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** NumPy's arrays. A tensor has no more elements than its file. */
final class NpyTarget extends SpoiltTarget {
    private static final List<String> WORDS = List.of(
            "'descr': ",
            "'fortran_order': ",
            "'shape': ",
            "'<f4'",
            "'>f4'",
            "'|u1'",
            "'<f2'",
            "'<i4'",
            "'|i1'",
            "'|O'",
            "True",
            "False",
            "(",
            ")",
            ",",
            "{",
            "}",
            "'",
            "\\",
            "-1",
            "0",
            "0,",
            "4294967296,",
            "9223372036854775807,",
            "1L",
            "\n",
            "[('a','<f4')]",
            "\u0093NUMPY\u0002\u0000");

    private static final DataType[] TYPES = DataType.values();

    NpyTarget() {
        super("npy", sound(), WORDS, List.of(ExchangeException.class));
    }

    private static List<byte[]> sound() {
        var all = new ArrayList<byte[]>();
        for (DataType type : List.of(DataType.F32, DataType.F16, DataType.U8, DataType.S8, DataType.S32)) {
            try (Tensor tensor = Tensor.allocate(type, Dims.of(2, 3, 4), Layout.CHANNELS_FIRST)) {
                all.add(written(file -> NpyFile.write(file, tensor)));
            }
        }
        String header = "{'descr': '>f4', 'fortran_order': False, 'shape': (3,), }                                \n";
        String prefix = "\u0093NUMPY\u0002\u0000" + (char) header.length() + "\u0000\u0000\u0000";
        all.add((prefix + header + "abcdefghijkl").getBytes(StandardCharsets.ISO_8859_1));
        return all;
    }

    @Override
    void feed(byte[] input) throws IOException {
        Path file = file("array.npy", input);
        try (Tensor tensor = NpyFile.read(file)) {
            if (tensor.bytes() > input.length) {
                throw new AssertionError(tensor + " of " + input.length + " bytes");
            }
        }
        NpyFile.read(file, TYPES[input.length % TYPES.length]).close();
    }
}
