package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Gives images of a tensor in an order that will do: where they are if they lie in one, else in memory into which oneDNN has copied them in
 * the first such order. For one thread at a time.
 */
final class ImageReader implements AutoCloseable {
    private final NativeHandles handles = new NativeHandles();
    private final long bytesBetween;
    private final Layout order;
    private final int length;
    private final int channelStride;
    private float[] values = {};
    private final FloatsAt floats = new FloatsAt();
    private final @Nullable Reordering reordering;

    private record Reordering(Tensor ordered, dnnl_memory from, Step copy) {}

    /**
     * Makes a reader.
     *
     * @param orders the orders that will do, the preferred one first
     */
    ImageReader(NativeEngine engine, TensorShape shape, List<Layout> orders, Object problem) {
        long[] dims = shape.extents();
        dims[0] = 1;
        TensorShape image = TensorShape.of(Dims.of(dims), shape.strides());
        this.bytesBetween = shape.strides()[0] * Float.BYTES;
        this.length = (int) image.dims().elements();
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
            var copy = new Copy(engine, handles, fromDesc, toDesc, problem);
            return new Reordering(ordered, from, copy.bind(engine, handles, from, to));
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

    /** Returns the distance between the channels of a place in what this gives. */
    int channelStride() {
        return channelStride;
    }

    /** Returns where an image begins, of a tensor of the shape that this was made for. */
    long locate(Tensor tensor, int image, dnnl_stream stream) {
        long address = tensor.address() + image * bytesBetween;
        if (reordering == null) {
            return address;
        }
        point(reordering.from, address);
        reordering.copy.execute(stream);
        OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", "image");
        return reordering.ordered.address();
    }

    /** Returns an array into which an image has been copied, the same at each call. */
    float[] read(Tensor tensor, int image, dnnl_stream stream) {
        if (values.length == 0) {
            values = new float[length];
        }
        floats.at(locate(tensor, image, stream)).get(values, 0, length);
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
