package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The scales and zero points of one copy or layer: attributes that announce them, and the memory that it reads them from. A scale of 1 and a
 * zero point of 0 are not announced. For one thread.
 */
final class Scaling {
    /** The mask of one scale for all. */
    static final int COMMON = 0;

    private final NativeEngine engine;
    private final NativeHandles owner;
    private final dnnl_primitive_attr attributes;
    private final Map<Integer, dnnl_memory> arguments = new HashMap<>();

    /** Begins with attributes that announce none; {@code owner} takes over the memory. */
    Scaling(NativeEngine engine, NativeHandles owner, dnnl_primitive_attr attributes) {
        this.engine = engine;
        this.owner = owner;
        this.attributes = attributes;
    }

    /** Gives one argument of the primitive a scale. */
    Scaling scale(int argument, float scale) {
        return scale == 1 ? this : scales(argument, COMMON, scale);
    }

    /**
     * Gives one argument of the primitive scales.
     *
     * @param mask the axes along which they differ, as bits
     */
    Scaling scales(int argument, int mask, float... scales) {
        OneDnnStatus.check(
                dnnl.dnnl_primitive_attr_set_scales_mask(attributes, argument, mask),
                "dnnl_primitive_attr_set_scales_mask",
                argument);
        Tensor values = Tensor.of(scales, Dims.of(scales.length));
        arguments.put(dnnl.DNNL_ARG_ATTR_SCALES | argument, engine.memory(owner, values));
        return this;
    }

    /** Gives one argument of the primitive a zero point. */
    Scaling zeroPoint(int argument, int zeroPoint) {
        if (zeroPoint != 0) {
            OneDnnStatus.check(
                    dnnl.dnnl_primitive_attr_set_zero_points_mask(attributes, argument, COMMON),
                    "dnnl_primitive_attr_set_zero_points_mask",
                    argument);
            Tensor value = Tensor.of(new int[] {zeroPoint}, DataType.S32, Dims.of(1), Layout.CHANNELS_FIRST);
            arguments.put(dnnl.DNNL_ARG_ATTR_ZERO_POINTS | argument, engine.memory(owner, value));
        }
        return this;
    }

    /** Lets the primitive add to what the destination holds. */
    Scaling addToDestination() {
        try (var postOps = new dnnl_post_ops()) {
            OneDnnStatus.check(dnnl.dnnl_post_ops_create(postOps), "dnnl_post_ops_create", "sum");
            try {
                OneDnnStatus.check(
                        dnnl.dnnl_post_ops_append_sum(postOps, 1, 0, dnnl.dnnl_data_type_undef),
                        "dnnl_post_ops_append_sum",
                        "sum");
                OneDnnStatus.check(
                        dnnl.dnnl_primitive_attr_set_post_ops(attributes, postOps),
                        "dnnl_primitive_attr_set_post_ops",
                        "sum");
            } finally {
                dnnl.dnnl_post_ops_destroy(postOps);
            }
        }
        return this;
    }

    /** Returns whether there are no scales and zero points. */
    boolean isNone() {
        return arguments.isEmpty();
    }

    dnnl_primitive_attr attributes() {
        return attributes;
    }

    /** Returns the memories by oneDNN's argument index. */
    Map<Integer, dnnl_memory> arguments() {
        return arguments;
    }
}
