package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Integers whose sums f32 does not hold. */
public final class LargeSums {
    private LargeSums() {}

    /** Draws a ConvInteger of 2,000 and more products, all large, so that sums are beyond 2²⁴ unless the zero point takes most off. */
    public static RandomNodes.Drawn draw(SplittableRandom random, int srcZeroPoint, int weightsZeroPoint, int kernel) {
        long channels = kernel == 1 ? 2000 : 300;
        var node = OnnxModels.node("ConvInteger", "x_zero_point", "w_zero_point");
        var model = OnnxModels.with(
                OnnxModels.model(node),
                eightBits("w", DataType.INT8_VALUE, random.ints(100, 128), 5, channels, kernel, kernel),
                eightBits("x_zero_point", DataType.UINT8_VALUE, IntStream.of(srcZeroPoint)),
                eightBits("w_zero_point", DataType.INT8_VALUE, IntStream.of(weightsZeroPoint)));
        IntStream far = srcZeroPoint > 127 ? random.ints(0, 56) : random.ints(200, 256);
        TensorProto.Builder src = eightBits("x", DataType.UINT8_VALUE, far, 1, channels, 6, 5);
        model.getGraphBuilder().setInput(0, OnnxModels.value(src));
        model.getGraphBuilder().setOutput(0, OnnxModels.value("y", DataType.INT32_VALUE));
        return new RandomNodes.Drawn(model.build(), src.build());
    }

    private static TensorProto.Builder eightBits(String name, int type, IntStream values, long... dims) {
        var bytes = new byte[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        int[] drawn = values.limit(bytes.length).toArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) drawn[i];
        }
        return OnnxModels.empty(name, dims).setDataType(type).setRawData(ByteString.copyFrom(bytes));
    }
}
