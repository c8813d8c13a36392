package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors of ONNX of every type that ours have, as bytes and as numbers (onnx.proto of ONNX 1.22, TensorProto). */
class OnnxTensorTest {
    private static TensorProto.Builder proto(TensorProto.DataType type) {
        return TensorProto.newBuilder().setDataType(type.getNumber()).addDims(3);
    }

    private static void assertIs(TensorProto.Builder proto, DataType type, String numbers) throws ExchangeException {
        try (Tensor tensor = OnnxTensor.decode("t", proto.build())) {
            assertThat(tensor.dataType()).isEqualTo(type);
            String[] expected = numbers.split(";", -1);
            for (int i = 0; i < expected.length; i++) {
                assertThat(tensor.get(i)).isEqualTo(Float.parseFloat(expected[i]));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, F16, 1;-2;65504, 003c 00c0 ff7b, 15360 49152 31743",
        "BFLOAT16, BF16, 1;-2;0.5, 803f 00c0 003f, 16256 49152 16128",
        "INT32, S32, 1;-1;-2147483648, 01000000 ffffffff 00000080, 1 -1 -2147483648",
        "UINT8, U8, 0;127;255, 00 7f ff, 0 127 255",
        "INT8, S8, 0;127;-1, 00 7f ff, 0 127 -1",
    })
    void decode_eachType_isItsNumbers(
            TensorProto.DataType proto, DataType type, String numbers, String raw, String typed)
            throws ExchangeException {
        byte[] bytes = HexFormat.of().parseHex(raw.replace(" ", ""));
        assertIs(proto(proto).setRawData(ByteString.copyFrom(bytes)), type, numbers);
        TensorProto.Builder inField = proto(proto);
        for (String number : typed.split(" ", -1)) {
            inField.addInt32Data(Integer.parseInt(number));
        }
        assertIs(inField, type, numbers);
    }

    @ParameterizedTest
    @CsvSource({"UINT8, 256", "UINT8, -1", "INT8, 128", "FLOAT16, 65536", "BFLOAT16, -1"})
    void decode_numberOutsideOfTheType_isRefused(TensorProto.DataType type, int number) {
        TensorProto proto =
                proto(type).addInt32Data(0).addInt32Data(number).addInt32Data(0).build();
        assertThatThrownBy(() -> OnnxTensor.decode("t", proto))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("t: int32_data must be from", "but was " + number);
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE", "INT64", "BOOL", "STRING", "FLOAT8E4M3FN", "INT16"})
    void decode_otherType_isRefusedByName(TensorProto.DataType type) {
        assertThatThrownBy(() -> OnnxTensor.decode("t", proto(type).build()))
                .isInstanceOfSatisfying(
                        UnsupportedFeatureException.class,
                        e -> assertThat(e.feature()).isEqualTo("element type " + type));
    }
}
