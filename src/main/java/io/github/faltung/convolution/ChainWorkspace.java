package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The intermediate tensors of one call of a chain, for one shape of source. For one thread at a time. */
final class ChainWorkspace implements AutoCloseable {
    private final SequentialDescriptor chain;
    private final Layout layout;
    private final List<Dims> values;
    private final ChainPlaces places;
    private final List<Tensor> slots = new ArrayList<>();
    /** For copies from tensor to tensor, in case there are any. */
    private final @Nullable FloatBuffer copy;

    ChainWorkspace(SequentialDescriptor chain, Dims src, Layout layout) {
        this.chain = chain;
        this.layout = layout;
        this.values = chain.valueDims(src);
        this.places = new ChainPlaces(chain, shapes(chain, values));
        this.copy = copyBuffer();
        try {
            for (ChainShape shape : places.slots()) {
                slots.add(Tensor.allocate(shape.dataType(), shape.dims(), layout));
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private static List<ChainShape> shapes(SequentialDescriptor chain, List<Dims> values) {
        var shapes = new ArrayList<ChainShape>();
        for (int value = 0; value < values.size(); value++) {
            shapes.add(new ChainShape(chain.valueType(value), values.get(value)));
        }
        return shapes;
    }

    private @Nullable FloatBuffer copyBuffer() {
        long most = 0;
        for (int layer = 0; layer < chain.links().size(); layer++) {
            most = Math.max(most, places.copies(layer) ? values.get(layer + 1).elements() : 0);
        }
        if (most > Integer.MAX_VALUE / Float.BYTES) {
            throw new UnsupportedConvolutionException(
                    "a skip that has to be copied may have 2^29 - 1 elements, but had " + most + ": " + chain);
        }
        return most == 0
                ? null
                : ByteBuffer.allocateDirect((int) most * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
    }

    boolean fits(Dims src, Layout wanted) {
        return layout == wanted && values.get(0).equals(src);
    }

    Dims dst() {
        return values.get(values.size() - 1);
    }

    long bytes() {
        long bytes = copy == null ? 0 : copy.capacity() * (long) Float.BYTES;
        for (Tensor slot : slots) {
            bytes += slot.bytes();
        }
        return bytes;
    }

    void run(List<Link.Prepared> layers, Tensor src, Tensor dst) {
        for (int layer = 0; layer < layers.size(); layer++) {
            Tensor to = tensor(layer + 1, src, dst);
            if (places.copies(layer)) {
                copy(tensor(chain.skips().get(layer), src, dst), to);
            }
            layers.get(layer).forward().accept(tensor(layer, src, dst), to);
        }
    }

    private Tensor tensor(int value, Tensor src, Tensor dst) {
        int place = places.place(value);
        return place == ChainPlaces.SOURCE ? src : place == ChainPlaces.DESTINATION ? dst : slots.get(place);
    }

    private void copy(Tensor from, Tensor to) {
        if (copy != null) {
            from.copyTo(copy, layout);
            to.copyFrom(copy, layout);
        }
    }

    @Override
    public void close() {
        slots.forEach(Tensor::close);
    }
}
