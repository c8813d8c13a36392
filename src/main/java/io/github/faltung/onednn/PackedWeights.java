package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A layer's weights, bias and constants: a copy of what the caller gave, and of the weights one more in each layout that an implementation
 * has asked for, made when it first asks. Which layout that is may depend on the source's extents. Thread-safe.
 */
final class PackedWeights implements AutoCloseable {
    private final NativeEngine engine;
    private final ConvolutionDescriptor layer;
    private final NativeHandles handles = new NativeHandles();
    private final Tensor plain;
    private @Nullable WeightsRange range;
    private final @Nullable Tensor ownBias;
    private final dnnl_memory_desc plainDesc;
    private final @Nullable dnnl_memory_desc biasDesc;
    private final @Nullable dnnl_memory biasMemory;
    private final PostOpOperands operands;
    private final List<Packed> packed = new ArrayList<>();

    /**
     * A copy.
     *
     * @param handles what it alone consists of
     */
    private record Packed(dnnl_memory_desc desc, boolean turned, dnnl_memory memory, NativeHandles handles) {}

    PackedWeights(NativeEngine engine, ConvolutionDescriptor layer, Tensor weights, @Nullable Tensor bias) {
        this.engine = engine;
        this.layer = layer;
        float[] values = inF32(weights);
        this.range = layer.types().isInteger() ? WeightsRange.of(layer, values) : null;
        this.plain = Tensor.of(values, layer.weightsDims());
        handles.own(plain);
        try {
            plainDesc = engine.strided(handles, WeightsShape.dims(layer), WeightsShape.strides(layer));
            packed.add(new Packed(plainDesc, false, engine.at(handles, plain, plainDesc), handles));
            operands = PostOpOperands.of(engine, handles, layer);
            if (bias == null) {
                ownBias = null;
                biasDesc = null;
                biasMemory = null;
            } else {
                Tensor copy = Tensor.of(bias.toFloatArray(), layer.biasDims());
                handles.own(copy);
                dnnl_memory_desc desc = vector(layer.biasDims());
                ownBias = copy;
                biasDesc = desc;
                biasMemory = engine.at(handles, copy, desc);
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Returns the weights as numbers that f32 holds exactly: integers less their zero points, and windows turned if the layer wants that. */
    private float[] inF32(Tensor weights) {
        float[] values = turned(weights.toFloatArray(), layer.flipKernel());
        if (layer.types().isInteger()) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= layer.quantization().weightsZeroPoint(layer.weightOutputChannel(i));
            }
        }
        return values;
    }

    /** Returns how large integer weights are. */
    WeightsRange range() {
        return Objects.requireNonNull(range, "range of weights that are not integers");
    }

    /** Turns each window around along all axes, if asked to. */
    private float[] turned(float[] values, boolean turn) {
        if (turn) {
            WeightsShape.turn(layer, values);
        }
        return values;
    }

    private dnnl_memory_desc vector(Dims dims) {
        return engine.strided(handles, dims.toArray(), new long[] {1});
    }

    /** Returns the bias's description, or {@code null} if the layer has none. */
    @Nullable
    dnnl_memory_desc biasDesc() {
        return biasDesc;
    }

    /** Returns the bias's numbers, if the layer has one. */
    Optional<List<Float>> biasValues() {
        if (ownBias == null) {
            return Optional.empty();
        }
        var values = new ArrayList<Float>();
        for (float value : ownBias.toFloatArray()) {
            values.add(value);
        }
        return Optional.of(values);
    }

    /** Returns the bias, or {@code null} if the layer has none. */
    @Nullable
    dnnl_memory bias() {
        return biasMemory;
    }

    /** Returns the constants of the layer's post-ops. */
    PostOpOperands operands() {
        return operands;
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
        var own = new NativeHandles();
        try {
            var desc = own.own(new dnnl_memory_desc(), dnnl::dnnl_memory_desc_destroy);
            OneDnnStatus.check(dnnl.dnnl_memory_desc_clone(desc, wanted), "dnnl_memory_desc_clone", problem);
            var made = new Packed(desc, turned, engine.allocated(own, desc), own);
            pack(made);
            packed.add(made);
            return made.memory();
        } catch (Throwable e) {
            own.close(); // callers may try again and again
            throw e;
        }
    }

    /** Copies the plain weights into another layout. */
    private void pack(Packed into) {
        try (Tensor from = into.turned() ? Tensor.of(turned(plain.toFloatArray(), true), plain.dims()) : null;
                var temporary = new NativeHandles()) {
            dnnl_stream stream = engine.stream(temporary);
            dnnl_memory source = engine.at(temporary, from == null ? plain : from, plainDesc);
            int before = OpenMpThreads.limit(packers(into));
            try {
                new Copy(engine, temporary, plainDesc, into.desc(), layer)
                        .bind(engine, temporary, source, into.memory())
                        .execute(stream);
            } finally {
                OpenMpThreads.limit(before);
            }
            OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", layer);
        }
    }

    /** Returns how many threads are worth calling to pack. */
    private int packers(Packed into) {
        double micros = 2.0 * dnnl.dnnl_memory_desc_get_size(into.desc()) / Work.BYTES;
        return micros < Work.LEAST_MICROS || VirtualThreads.isCurrent()
                ? 1
                : OpenMpTeam.granted(engine.callers().share());
    }

    /**
     * Replaces weights and bias in every copy, in place. Nothing may compute with them meanwhile.
     *
     * @param bias {@code null} if and only if there was none
     */
    synchronized void update(Tensor weights, @Nullable Tensor bias) {
        float[] values = inF32(weights);
        range = range == null ? null : WeightsRange.of(layer, values);
        plain.copyFrom(values, Layout.CHANNELS_FIRST);
        packed.stream().skip(1).forEach(this::pack);
        if (ownBias != null && bias != null) {
            ownBias.copyFrom(bias.toFloatArray(), Layout.CHANNELS_FIRST);
        }
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
        packed.forEach(one -> one.handles().close());
        handles.close();
    }
}
