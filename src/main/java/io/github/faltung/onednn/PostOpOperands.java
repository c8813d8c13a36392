package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The constants of a layer's post-ops, copied once: {@code [1, OC, 1…]}, or ones where one number is for all. Immutable; read by many threads
 * at once.
 *
 * @param memories by oneDNN's argument index
 */
record PostOpOperands(Map<Integer, dnnl_memory> memories) {
    PostOpOperands {
        memories = Map.copyOf(memories);
    }

    /** Copies the constants of a layer into memory that {@code owner} takes over. */
    static PostOpOperands of(NativeEngine engine, NativeHandles owner, ConvolutionDescriptor layer) {
        var memories = new HashMap<Integer, dnnl_memory>();
        for (int i = 0; i < layer.postOps().size(); i++) {
            if (layer.postOps().get(i) instanceof PostOp.PerChannel constant && isArgument(constant)) {
                memories.put(argument(i, constant), memory(engine, owner, constant, 2 + layer.spatialRank()));
            }
        }
        return new PostOpOperands(memories);
    }

    /** Whether oneDNN takes it as an argument: a prelu with one slope is said as a leaky relu. */
    static boolean isArgument(PostOp.PerChannel constant) {
        return !(constant instanceof PostOp.Prelu) || constant.operands().size() > 1;
    }

    /** Returns the memory of a post-op that has one. */
    dnnl_memory memory(int position, PostOp.PerChannel constant) {
        return Objects.requireNonNull(memories.get(argument(position, constant)));
    }

    private static int argument(int position, PostOp.PerChannel constant) {
        // The C macro DNNL_ARG_ATTR_MULTIPLE_POST_OP(position).
        int postOp = dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (position + 1);
        return postOp | (constant instanceof PostOp.Prelu ? dnnl.DNNL_ARG_WEIGHTS : dnnl.DNNL_ARG_SRC_1);
    }

    private static dnnl_memory memory(NativeEngine engine, NativeHandles owner, PostOp.PerChannel constant, int rank) {
        var extents = new long[rank];
        Arrays.fill(extents, 1);
        extents[1] = constant.operands().size();
        Dims dims = Dims.of(extents);
        var values = new float[constant.operands().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = constant.operand(i);
        }
        Tensor copy = Tensor.of(values, dims);
        owner.own(copy);
        dnnl_memory_desc desc = engine.strided(owner, extents, Layout.CHANNELS_FIRST.strides(dims));
        return engine.at(owner, copy, desc);
    }
}
