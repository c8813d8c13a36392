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
import java.nio.FloatBuffer;
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

    /** Copies into a new tensor, channels first, which the caller closes. */
    static Tensor decode(String place, TensorProto proto) throws ExchangeException {
        if (proto.getDataLocation() == DataLocation.EXTERNAL || proto.getExternalDataCount() > 0) {
            throw new UnsupportedFeatureException(place, "external data");
        }
        if (proto.hasSegment()) {
            throw new UnsupportedFeatureException(place, "tensors in segments");
        }
        requireFloat(place, proto);
        Dims dims = dims(place, proto);
        FloatBuffer values = values(place, proto, dims);
        Tensor tensor = Tensor.allocate(DataType.F32, dims, Layout.CHANNELS_FIRST);
        try {
            tensor.copyPartFrom(values, 0);
            return tensor;
        } catch (Throwable e) {
            tensor.close();
            throw e;
        }
    }

    private static void requireFloat(String place, TensorProto proto) throws ExchangeException {
        TensorProto.DataType type = TensorProto.DataType.forNumber(proto.getDataType());
        if (type == null || type == TensorProto.DataType.UNDEFINED) {
            throw ExchangeException.broken(place, "data_type", "must be one of ONNX's", proto.getDataType());
        }
        if (type != TensorProto.DataType.FLOAT) {
            throw new UnsupportedFeatureException(place, "element type " + type);
        }
    }

    private static Dims dims(String place, TensorProto proto) throws ExchangeException {
        long[] extents = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        try {
            return Dims.of(extents);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, e.getMessage() == null ? "dims" : e.getMessage(), e);
        }
    }

    private static FloatBuffer values(String place, TensorProto proto, Dims dims) throws ExchangeException {
        ByteString raw = proto.getRawData();
        int typed = proto.getFloatDataCount();
        if (proto.hasRawData() && typed > 0) {
            throw ExchangeException.broken(
                    place, "data", "must be raw_data or float_data", raw.size() + " bytes and " + typed + " values");
        }
        if (!proto.hasRawData()) {
            if (typed != dims.elements()) {
                throw ExchangeException.broken(
                        place, "float_data", "must be the " + dims.elements() + " elements of " + dims, typed);
            }
            var values = new float[typed];
            for (int i = 0; i < typed; i++) {
                values[i] = proto.getFloatData(i);
            }
            return FloatBuffer.wrap(values);
        }
        if (raw.size() % Float.BYTES != 0 || raw.size() / Float.BYTES != dims.elements()) {
            throw ExchangeException.broken(
                    place,
                    "raw_data",
                    "must be the " + dims.elements() + " elements of " + dims + ", 4 bytes each",
                    raw.size() + " bytes");
        }
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return bytes.asFloatBuffer();
    }
}
