package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Multiplies with oneDNN's sparse product, in buffers of its own for the matrix. */
final class SparseProduct implements SamplingProduct {
    private final SparseSampling plan;
    private final NativeHandles handles = new NativeHandles();
    private final dnnl_stream stream;
    private final Tensor values;
    private final Tensor columnIndices;
    private final Tensor starts;
    private final dnnl_memory src;
    private final dnnl_memory columns;
    private final BoundPrimitive primitive;
    private final FloatsAt floats = new FloatsAt();
    private final IntsAt ints = new IntsAt();
    private final AddressPointer address = new AddressPointer();

    private static final class IntsAt extends IntPointer {
        IntsAt at(long newAddress) {
            address = newAddress;
            return this;
        }
    }

    SparseProduct(NativeEngine engine, SparseSampling plan) {
        this.plan = plan;
        try {
            values = buffer(DataType.F32, plan.entries());
            columnIndices = buffer(DataType.S32, plan.entries());
            starts = buffer(DataType.S32, plan.rows() + 1L);
            src = engine.memory(handles, plan.src());
            columns = engine.memory(handles, plan.columns());
            stream = engine.stream(handles);
            primitive = new BoundPrimitive(
                    engine,
                    handles,
                    plan.primitive(),
                    Map.of(
                            dnnl.DNNL_ARG_SRC, matrix(engine),
                            dnnl.DNNL_ARG_WEIGHTS, src,
                            dnnl.DNNL_ARG_DST, columns));
        } catch (Throwable e) {
            handles.close();
            throw e;
        }
    }

    private Tensor buffer(DataType type, long elements) {
        Tensor buffer = Tensor.allocate(type, Dims.of(elements), Layout.CHANNELS_FIRST);
        handles.own(buffer);
        return buffer;
    }

    private dnnl_memory matrix(NativeEngine engine) {
        var memory = handles.own(new dnnl_memory(), dnnl::dnnl_memory_destroy);
        Tensor[] buffers = {values, columnIndices, starts};
        try (var addresses = new NativeStruct((long) buffers.length * Long.BYTES)) {
            var each = new PointerPointer<Pointer>(addresses.pointer());
            for (int i = 0; i < buffers.length; i++) {
                each.put(i, address.at(buffers[i].address()));
            }
            OneDnnStatus.check(
                    dnnl.dnnl_memory_create_v2(memory, plan.matrix(), engine.handle(), buffers.length, each),
                    "dnnl_memory_create_v2",
                    plan.primitive().problem());
        }
        return memory;
    }

    @Override
    public void multiply(SparseRows matrix, long from, long to) {
        matrix.endAllRows();
        ints.at(starts.address()).put(matrix.starts(), 0, plan.rows() + 1);
        ints.at(columnIndices.address()).put(matrix.columns(), 0, matrix.entries());
        floats.at(values.address()).put(matrix.values(), 0, matrix.entries());
        point(src, from);
        point(columns, to);
        primitive.execute(stream);
        check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait");
    }

    private void point(dnnl_memory memory, long to) {
        check(dnnl.dnnl_memory_set_data_handle(memory, address.at(to)), "dnnl_memory_set_data_handle");
    }

    private void check(int status, String call) {
        if (status != dnnl.dnnl_success) {
            OneDnnStatus.check(status, call, plan.primitive().problem());
        }
    }

    @Override
    public void close() {
        handles.close();
    }
}
