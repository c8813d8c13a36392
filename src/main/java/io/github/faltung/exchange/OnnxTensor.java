package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** ONNX tensors as ours. Nothing is allocated before the dims agree with what the file has of elements. */
final class OnnxTensor {
    private OnnxTensor() {}

    /** Reads a file that is one tensor, as those of the backend tests are. */
    static TensorProto read(Path file) throws IOException {
        byte[] bytes = InputFile.bytes(file);
        try {
            var input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true);
            return TensorProto.parser().parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            throw new ExchangeException(file.toString(), "must be an ONNX tensor: " + e.getMessage(), e);
        }
    }

    /** Copies into a new tensor, channels first, which the caller closes. A number without axes becomes one along an axis. */
    static Tensor decode(String place, TensorProto proto) throws ExchangeException {
        if (proto.getDataLocation() == DataLocation.EXTERNAL || proto.getExternalDataCount() > 0) {
            throw new UnsupportedFeatureException(place, "external data outside of a model");
        }
        if (proto.hasSegment()) {
            throw new UnsupportedFeatureException(place, "tensors in segments");
        }
        DataType type = dataType(place, proto.getDataType());
        Dims dims = dims(place, proto);
        ByteBuffer bits = proto.hasRawData() ? raw(place, proto, type, dims) : typed(place, proto, type, dims);
        Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        try {
            tensor.copyBitsFrom(bits, 0);
            return tensor;
        } catch (Throwable e) {
            tensor.close();
            throw e;
        }
    }

    /** Requires what a kind of layer runs on. */
    static Tensor requireF32(String place, Tensor tensor) throws UnsupportedFeatureException {
        if (tensor.dataType() != DataType.F32) {
            throw new UnsupportedFeatureException(place, "element type " + tensor.dataType());
        }
        return tensor;
    }

    /** Requires the type that a node's other operands ask for. */
    static Tensor requireType(String place, String operand, Tensor tensor, DataType wanted) throws ExchangeException {
        if (tensor.dataType() != wanted) {
            throw ExchangeException.broken(place, operand, "must be " + wanted, tensor.dataType());
        }
        return tensor;
    }

    /** Returns what ONNX's number of a type stands for. */
    static DataType dataType(String place, int number) throws ExchangeException {
        TensorProto.DataType type = TensorProto.DataType.forNumber(number);
        if (type == null || type == TensorProto.DataType.UNDEFINED) {
            throw ExchangeException.broken(place, "data_type", "must be one of ONNX's", number);
        }
        return switch (type) {
            case FLOAT -> DataType.F32;
            case FLOAT16 -> DataType.F16;
            case BFLOAT16 -> DataType.BF16;
            case INT32 -> DataType.S32;
            case UINT8 -> DataType.U8;
            case INT8 -> DataType.S8;
            default -> throw new UnsupportedFeatureException(place, "element type " + type);
        };
    }

    private static Dims dims(String place, TensorProto proto) throws ExchangeException {
        long[] extents = proto.getDimsCount() == 0
                ? new long[] {1}
                : proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        try {
            return Dims.of(extents);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, e.getMessage() == null ? "dims" : e.getMessage(), e);
        }
    }

    private static ByteBuffer raw(String place, TensorProto proto, DataType type, Dims dims) throws ExchangeException {
        ByteString raw = proto.getRawData();
        int typed = proto.getFloatDataCount() + proto.getInt32DataCount();
        if (typed > 0) {
            throw ExchangeException.broken(
                    place,
                    "data",
                    "must be raw_data or " + field(type),
                    raw.size() + " bytes and " + typed + " values");
        }
        if (raw.size() % type.bytes() != 0 || raw.size() / type.bytes() != dims.elements()) {
            throw ExchangeException.broken(
                    place,
                    "raw_data",
                    "must be the " + dims.elements() + " elements of " + dims + ", " + type.bytes() + " bytes each",
                    raw.size() + " bytes");
        }
        return raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String field(DataType type) {
        return type == DataType.F32 ? "float_data" : "int32_data";
    }

    /** Floats have a field of their own; all other types of up to 32 bits share one, f16 and bf16 as their bits. */
    private static ByteBuffer typed(String place, TensorProto proto, DataType type, Dims dims)
            throws ExchangeException {
        boolean floats = type == DataType.F32;
        int count = floats ? proto.getFloatDataCount() : proto.getInt32DataCount();
        if (count != dims.elements()) {
            throw ExchangeException.broken(
                    place, field(type), "must be the " + dims.elements() + " elements of " + dims, count);
        }
        ByteBuffer bits = ByteBuffer.allocate(Math.multiplyExact(count, type.bytes()));
        for (int i = 0; i < count; i++) {
            int value = floats ? Float.floatToRawIntBits(proto.getFloatData(i)) : proto.getInt32Data(i);
            switch (type) {
                case F32, S32 -> bits.putInt(value);
                case F16, BF16 -> bits.putShort((short) inRange(place, value, 0, 0xffff));
                case U8 -> bits.put((byte) inRange(place, value, 0, 0xff));
                case S8 -> bits.put((byte) inRange(place, value, Byte.MIN_VALUE, Byte.MAX_VALUE));
            }
        }
        return bits.flip();
    }

    private static int inRange(String place, int value, int least, int most) throws ExchangeException {
        if (value < least || value > most) {
            throw ExchangeException.broken(place, "int32_data", "must be from " + least + " to " + most, value);
        }
        return value;
    }
}
