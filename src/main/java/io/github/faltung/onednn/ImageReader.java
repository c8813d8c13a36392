package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Copies images of a tensor into an array: in bulk where they lie in an order that will do, else through memory into which oneDNN has
 * copied them in the first such order. For one thread at a time.
 */
final class ImageReader implements AutoCloseable {
    private final NativeHandles handles = new NativeHandles();
    private final long bytesBetween;
    private final Layout order;
    private final int length;
    private final int channelStride;
    private final float[] values;
    private final FloatsAt floats = new FloatsAt();
    private final @Nullable Reordering reordering;

    private record Reordering(Tensor ordered, dnnl_memory from, BoundPrimitive primitive) {}

    /**
     * Makes a reader.
     *
     * @param orders the orders that will do, the preferred one first
     * @param behind how many zeros to keep behind the image
     */
    ImageReader(NativeEngine engine, TensorShape shape, List<Layout> orders, int behind, Object problem) {
        long[] dims = shape.extents();
        dims[0] = 1;
        TensorShape image = TensorShape.of(Dims.of(dims), shape.strides());
        this.bytesBetween = shape.strides()[0] * Float.BYTES;
        this.length = (int) image.dims().elements();
        this.values = new float[length + behind];
        List<Layout> asItIs = orders.stream().filter(image::isDense).toList();
        this.order = asItIs.isEmpty() ? orders.get(0) : asItIs.get(0);
        this.channelStride = (int) order.strides(image.dims())[1];
        this.reordering = asItIs.isEmpty() ? reordering(engine, image, problem) : null;
    }

    private Reordering reordering(NativeEngine engine, TensorShape image, Object problem) {
        Tensor ordered = Tensor.allocate(DataType.F32, image.dims(), order);
        try {
            dnnl_memory_desc fromDesc = engine.strided(handles, image.extents(), image.strides());
            dnnl_memory_desc toDesc = engine.strided(handles, image.extents(), order.strides(image.dims()));
            dnnl_memory from = engine.memory(handles, fromDesc);
            dnnl_memory to = engine.memory(handles, toDesc);
            point(to, ordered.address());
            Primitive copy = engine.reorder(handles, fromDesc, toDesc, problem);
            Map<Integer, dnnl_memory> memories = Map.of(dnnl.DNNL_ARG_FROM, from, dnnl.DNNL_ARG_TO, to);
            return new Reordering(ordered, from, new BoundPrimitive(engine, handles, copy, memories));
        } catch (Throwable e) {
            handles.close();
            ordered.close();
            throw e;
        }
    }

    private void point(dnnl_memory memory, long to) {
        OneDnnStatus.check(
                dnnl.dnnl_memory_set_data_handle(memory, floats.at(to)), "dnnl_memory_set_data_handle", "image");
    }

    /** Returns the distance between the channels of a place in what {@link #read} returns. */
    int channelStride() {
        return channelStride;
    }

    /** Copies an image of a tensor of the shape that this was made for. */
    float[] read(Tensor tensor, int image, dnnl_stream stream) {
        long address = tensor.address() + image * bytesBetween;
        if (reordering != null) {
            point(reordering.from, address);
            reordering.primitive.execute(stream);
            OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", "image");
            address = reordering.ordered.address();
        }
        floats.at(address).get(values, 0, length);
        return values;
    }

    @Override
    public void close() {
        handles.close();
        if (reordering != null) {
            reordering.ordered.close();
        }
    }
}
