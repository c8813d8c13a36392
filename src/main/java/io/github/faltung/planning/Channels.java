package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How many channels a layer has, in all groups together. */
record Channels(int inputs, int outputs, int groups) {
    static Channels of(ConvolutionDescriptor layer) {
        return new Channels(layer.inputChannels(), layer.outputChannels(), layer.groups());
    }

    int inputsPerGroup() {
        return inputs / groups;
    }

    int outputsPerGroup() {
        return outputs / groups;
    }

    /**
     * Returns a chain of post-ops for other output channels.
     *
     * @param count how many there are
     * @param origin which old channel a new one is
     */
    static List<PostOp> postOps(List<PostOp> chain, int count, IntUnaryOperator origin) {
        var changed = new ArrayList<PostOp>();
        for (PostOp postOp : chain) {
            if (postOp instanceof PostOp.PerChannel constants
                    && constants.operands().size() > 1) {
                List<Float> operands = IntStream.range(0, count)
                        .mapToObj(channel -> constants.operands().get(origin.applyAsInt(channel)))
                        .toList();
                changed.add(
                        constants instanceof PostOp.Binary binary
                                ? new PostOp.Binary(binary.operation(), operands)
                                : new PostOp.Prelu(operands));
            } else {
                changed.add(postOp);
            }
        }
        return changed;
    }

    /** Returns a bias for other output channels, of a layer that has one. */
    static float @Nullable [] bias(float @Nullable [] bias, int count, IntUnaryOperator origin) {
        if (bias == null) {
            return null;
        }
        var changed = new float[count];
        for (int channel = 0; channel < count; channel++) {
            changed[channel] = bias[origin.applyAsInt(channel)];
        }
        return changed;
    }
}
