package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A layer's weights and bias: a copy of what the caller gave, and one more in each layout that an implementation has asked for, made when
 * it first asks. Which layout that is may depend on the source's extents. Thread-safe.
 */
final class PackedWeights implements AutoCloseable {
    private final NativeEngine engine;
    private final ConvolutionDescriptor layer;
    private final NativeHandles handles = new NativeHandles();
    private final Tensor plain;
    private final dnnl_memory_desc plainDesc;
    private final @Nullable dnnl_memory_desc biasDesc;
    private final @Nullable dnnl_memory biasMemory;
    private final List<Packed> packed = new ArrayList<>();

    private record Packed(dnnl_memory_desc desc, boolean turned, dnnl_memory memory) {}

    PackedWeights(NativeEngine engine, ConvolutionDescriptor layer, Tensor weights, @Nullable Tensor bias) {
        this.engine = engine;
        this.layer = layer;
        this.plain = Tensor.of(turned(weights.toFloatArray(), layer.flipKernel()), layer.weightsDims());
        handles.own(plain);
        try {
            plainDesc = engine.strided(handles, WeightsShape.dims(layer), WeightsShape.strides(layer));
            packed.add(new Packed(plainDesc, false, at(handles, plain, plainDesc)));
            if (bias == null) {
                biasDesc = null;
                biasMemory = null;
            } else {
                Tensor ownBias = Tensor.of(bias.toFloatArray(), layer.biasDims());
                handles.own(ownBias);
                dnnl_memory_desc desc = vector(layer.biasDims());
                biasDesc = desc;
                biasMemory = at(handles, ownBias, desc);
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Turns each window around along all axes, if asked to: its elements in reverse order. */
    private float[] turned(float[] values, boolean turn) {
        int window = turn ? layer.kernel().stream().reduce(1, Math::multiplyExact) : 1;
        for (int start = 0; start < values.length; start += window) {
            for (int i = start, j = start + window - 1; i < j; i++, j--) {
                float value = values[i];
                values[i] = values[j];
                values[j] = value;
            }
        }
        return values;
    }

    private dnnl_memory_desc vector(Dims dims) {
        return engine.strided(handles, dims.toArray(), new long[] {1});
    }

    private dnnl_memory at(NativeHandles owner, Tensor tensor, dnnl_memory_desc desc) {
        dnnl_memory memory = engine.memory(owner, desc);
        try (var address = new AddressPointer()) {
            OneDnnStatus.check(
                    dnnl.dnnl_memory_set_data_handle(memory, address.at(tensor.address())),
                    "dnnl_memory_set_data_handle",
                    tensor);
        }
        return memory;
    }

    /** Returns the bias's description, or {@code null} if the layer has none. */
    @Nullable
    dnnl_memory_desc biasDesc() {
        return biasDesc;
    }

    /** Returns the bias, or {@code null} if the layer has none. */
    @Nullable
    dnnl_memory bias() {
        return biasMemory;
    }

    /**
     * Returns the weights in the wanted layout; packs them if nobody has asked for it before.
     *
     * @param turned whether the windows are to be turned around
     */
    synchronized dnnl_memory packed(dnnl_memory_desc wanted, boolean turned, Object problem) {
        for (Packed one : packed) {
            if (one.turned() == turned && dnnl.dnnl_memory_desc_equal(wanted, one.desc()) != 0) {
                return one.memory();
            }
        }
        var desc = new dnnl_memory_desc();
        OneDnnStatus.check(dnnl.dnnl_memory_desc_clone(desc, wanted), "dnnl_memory_desc_clone", problem);
        handles.own(desc, dnnl::dnnl_memory_desc_destroy);
        dnnl_memory memory = engine.allocated(handles, desc);
        try (Tensor from = Tensor.of(turned(plain.toFloatArray(), turned), plain.dims());
                var temporary = new NativeHandles()) {
            dnnl_stream stream = engine.stream(temporary);
            new BoundPrimitive(
                            engine,
                            temporary,
                            engine.reorder(temporary, plainDesc, desc, problem),
                            Map.of(dnnl.DNNL_ARG_FROM, at(temporary, from, plainDesc), dnnl.DNNL_ARG_TO, memory))
                    .execute(stream);
            OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", problem);
        }
        packed.add(new Packed(desc, turned, memory));
        return memory;
    }

    /** Returns the bytes of all copies but the first, which is in the caller's order. */
    synchronized long packedBytes() {
        return packed.stream()
                .skip(1)
                .mapToLong(one -> dnnl.dnnl_memory_desc_get_size(one.desc()))
                .sum();
    }

    @Override
    public void close() {
        handles.close();
    }
}
