package io.github.faltung.benchmarks.extra.tensorflow;

import io.github.faltung.benchmarks.peer.Refusal;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.Conv2dBackpropInput;
import org.tensorflow.op.nn.Conv3d;
import org.tensorflow.op.nn.Conv3dBackpropInput;
import org.tensorflow.op.nn.DepthwiseConv2dNative;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Says a layer in TensorFlow's operations. */
record Convolutions(Ops tf, LayerWorkload workload, LiftedShapes shapes) {
    private static final String EXPLICIT = "EXPLICIT";
    private static final String VALID = "VALID";
    private static final String SAME = "SAME";
    private static final int VOLUME = 3;

    Operand<TFloat32> of(Operand<TFloat32> src) {
        ConvolutionDescriptor layer = layer();
        List<Long> strides = shapes.perAxis(AxisGeometry::stride);
        List<Long> dilations = shapes.perAxis(AxisGeometry::dilation);
        if (layer.transposed()) {
            return transposed(src, strides, dilations);
        }
        if (shapes.rank() == VOLUME) {
            return volume(src, strides, dilations);
        }
        String padding = shapes.isPadded() ? EXPLICIT : VALID;
        if (layer.groups() > 1 && layer.groups() == layer.inputChannels()) {
            Shape shape = shapes.weights(layer.inputChannels(), layer.outputChannels() / layer.inputChannels());
            var options = DepthwiseConv2dNative.dilations(dilations);
            return tf.nn.depthwiseConv2dNative(
                    src,
                    weights(shape),
                    strides,
                    padding,
                    shapes.isPadded() ? options.explicitPaddings(shapes.paddings()) : options);
        }
        Shape shape = shapes.weights(layer.inputChannels() / layer.groups(), layer.outputChannels());
        var options = Conv2d.dilations(dilations);
        return tf.nn.conv2d(
                src,
                weights(shape),
                strides,
                padding,
                shapes.isPadded() ? options.explicitPaddings(shapes.paddings()) : options);
    }

    private Operand<TFloat32> volume(Operand<TFloat32> src, List<Long> strides, List<Long> dilations) {
        Shape shape = shapes.weights(layer().inputChannels() / layer().groups(), layer().outputChannels());
        return tf.nn.conv3d(src, weights(shape), strides, sameOrValid(), Conv3d.dilations(dilations));
    }

    private Operand<TFloat32> transposed(Operand<TFloat32> src, List<Long> strides, List<Long> dilations) {
        if (layer().groups() > 1) {
            throw new Refusal("TensorFlow has no transposed convolution of groups");
        }
        Shape shape = shapes.weights(layer().outputChannels(), layer().inputChannels());
        Constant<TInt32> dst = tf.constant(java.util.Arrays.stream(shapes.dst().asArray())
                .mapToInt(Math::toIntExact)
                .toArray());
        if (shapes.rank() == VOLUME) {
            return tf.nn.conv3dBackpropInput(
                    dst, weights(shape), src, strides, sameOrValid(), Conv3dBackpropInput.dilations(dilations));
        }
        var options = Conv2dBackpropInput.dilations(dilations);
        return shapes.isPadded()
                ? tf.nn.conv2dBackpropInput(
                        dst, weights(shape), src, strides, EXPLICIT, options.explicitPaddings(shapes.paddings()))
                : tf.nn.conv2dBackpropInput(dst, weights(shape), src, strides, VALID, options);
    }

    private String sameOrValid() {
        if (!shapes.isPadded()) {
            return VALID;
        }
        if (shapes.isSame()) {
            return SAME;
        }
        throw new Refusal("TensorFlow pads volumes by SAME only");
    }

    private ConvolutionDescriptor layer() {
        return workload.problem().descriptor();
    }

    private Constant<TFloat32> weights(Shape shape) {
        return tf.constant(
                shape, DataBuffers.of(TensorFlowLayer.spatialFirst(workload.weights(), layer().weightsDims())));
    }
}
