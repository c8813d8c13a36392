package io.github.faltung.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * A reorder, from one layout and type to another, with the scales and zero points that it needs for that, or two where oneDNN errs on one.
 * Immutable.
 */
final class Copy {
    private final List<Slice> slices;
    private final Map<Integer, dnnl_memory> constants;
    private final Object problem;

    /**
     * Elements of a copy that one primitive copies.
     *
     * @param from where they are, {@code fromBytes} beyond the first of the copy's memory
     * @param to where they go, {@code toBytes} beyond
     */
    private record Slice(
            Primitive primitive, dnnl_memory_desc from, long fromBytes, dnnl_memory_desc to, long toBytes) {}

    /** Compiles a copy without scales, which {@code owner} takes over. */
    Copy(NativeEngine engine, NativeHandles owner, dnnl_memory_desc from, dnnl_memory_desc to, Object problem) {
        this(engine, owner, from, to, scaling -> {}, problem);
    }

    /**
     * Compiles the copy, which {@code owner} takes over.
     *
     * @param scale gives source and destination their scales and zero points
     */
    Copy(
            NativeEngine engine,
            NativeHandles owner,
            dnnl_memory_desc from,
            dnnl_memory_desc to,
            Consumer<Scaling> scale,
            Object problem) {
        this.problem = problem;
        var scaling = new Scaling(engine, owner, engine.attributes(owner));
        scale.accept(scaling);
        CopyShape shape = CopyShape.of(from, to);
        if (engine.guards().leadAround(CopyDefect.GAPS_ON_BOTH_SIDES, shape) && scaling.isNone()) {
            scaling.scales(dnnl.DNNL_ARG_FROM, Scaling.COMMON, 1); // announced, which that implementation does not take
        }
        constants = scaling.arguments();
        if (engine.guards().leadAround(CopyDefect.LONG_ROW, shape)) {
            CopyAxis row = shape.axes().get(0);
            long blocks = row.extent() - row.extent() % CopyDefect.ROW_BLOCK;
            slices = List.of(
                    slice(engine, owner, from, to, row, 0, blocks, scaling.attributes()),
                    slice(engine, owner, from, to, row, blocks, row.extent() - blocks, scaling.attributes()));
        } else {
            Primitive all = engine.reorder(owner, from, to, scaling.attributes(), problem);
            slices = List.of(new Slice(all, from, 0, to, 0));
        }
    }

    /** Compiles the copy of some elements of a row. */
    private Slice slice(
            NativeEngine engine,
            NativeHandles owner,
            dnnl_memory_desc from,
            dnnl_memory_desc to,
            CopyAxis row,
            long start,
            long count,
            dnnl_primitive_attr attributes) {
        dnnl_memory_desc fromSlice = engine.row(owner, CopyShape.dataType(from), count, row.from());
        dnnl_memory_desc toSlice = engine.row(owner, CopyShape.dataType(to), count, row.to());
        return new Slice(
                engine.reorder(owner, fromSlice, toSlice, attributes, problem),
                fromSlice,
                CopyShape.startBytes(from) + start * row.from() * CopyShape.elementBytes(from),
                toSlice,
                CopyShape.startBytes(to) + start * row.to() * CopyShape.elementBytes(to));
    }

    long scratchpadBytes() {
        return slices.stream()
                .mapToLong(slice -> slice.primitive.scratchpadBytes())
                .sum();
    }

    /** Makes it ready to run between two memories, whose buffers may change from one run to the next. */
    Step bind(NativeEngine engine, NativeHandles owner, dnnl_memory from, dnnl_memory to) {
        if (slices.size() == 1) {
            return bound(engine, owner, slices.get(0).primitive, from, to);
        }
        List<BoundSlice> bound = slices.stream()
                .map(slice -> {
                    dnnl_memory source = engine.memory(owner, slice.from);
                    dnnl_memory target = engine.memory(owner, slice.to);
                    return new BoundSlice(slice, source, target, bound(engine, owner, slice.primitive, source, target));
                })
                .toList();
        return new SlicedStep(from, to, bound);
    }

    private BoundPrimitive bound(
            NativeEngine engine, NativeHandles owner, Primitive primitive, dnnl_memory from, dnnl_memory to) {
        var arguments = new HashMap<>(constants);
        arguments.put(dnnl.DNNL_ARG_FROM, from);
        arguments.put(dnnl.DNNL_ARG_TO, to);
        return new BoundPrimitive(engine, owner, primitive, arguments);
    }

    private record BoundSlice(Slice slice, dnnl_memory from, dnnl_memory to, Step step) {}

    /** Copies slice by slice, wherever the two memories lie by then. */
    private final class SlicedStep implements Step {
        private final dnnl_memory from;
        private final dnnl_memory to;
        private final List<BoundSlice> slices;
        private final AddressPointer address = new AddressPointer();
        private final Pointer buffer = new Pointer(); // set to where a memory is

        SlicedStep(dnnl_memory from, dnnl_memory to, List<BoundSlice> slices) {
            this.from = from;
            this.to = to;
            this.slices = slices;
        }

        @Override
        public void execute(dnnl_stream stream) {
            for (BoundSlice bound : slices) {
                point(bound.from, from, bound.slice.fromBytes);
                point(bound.to, to, bound.slice.toBytes);
                bound.step.execute(stream);
            }
        }

        private void point(dnnl_memory slice, dnnl_memory whole, long bytes) {
            OneDnnStatus.check(dnnl.dnnl_memory_get_data_handle(whole, buffer), "dnnl_memory_get_data_handle", problem);
            OneDnnStatus.check(
                    dnnl.dnnl_memory_set_data_handle(slice, address.at(buffer.address() + bytes)),
                    "dnnl_memory_set_data_handle",
                    problem);
        }
    }
}
