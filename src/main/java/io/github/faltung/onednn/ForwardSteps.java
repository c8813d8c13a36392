package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The steps that run one after the other: a copy of the source into the implementation's layout, or into a frame of zeros, if need
 * be; the implementation; a copy of its result to the destination, if need be. Immutable.
 */
final class ForwardSteps {
    private final Implementation implementation;
    private final dnnl_memory_desc callerSrc;
    private final dnnl_memory_desc callerDst;
    private final @Nullable dnnl_memory_desc framedPart;
    private final @Nullable Copy enter;
    private final @Nullable Copy previous;
    private final @Nullable Copy leave;
    private final List<String> notes = new ArrayList<>();

    /** Compiles the copies, which {@code owner} takes over, also if that fails midway. */
    ForwardSteps(
            NativeEngine engine, NativeHandles owner, Implementation implementation, TensorShape src, TensorShape dst) {
        this.implementation = implementation;
        Layout layout = implementation.layout();
        Object problem = implementation.problem();
        notes.addAll(implementation.notes());
        callerSrc = engine.strided(owner, src.dataType(), src.extents(), src.strides());
        callerDst = engine.strided(owner, dst.dataType(), dst.extents(), dst.strides());
        long[] frameOffsets = implementation.frameOffsets();
        framedPart =
                frameOffsets.length == 0 ? null : engine.part(owner, implementation.src(), src.extents(), frameOffsets);
        Conversion conversion = implementation.conversion();
        boolean entersDirectly = framedPart == null && src.isDense(layout) && src.dataType() == conversion.src();
        enter = entersDirectly
                ? null
                : new Copy(
                        engine,
                        owner,
                        callerSrc,
                        framedPart == null ? implementation.src() : framedPart,
                        scaling -> scaling.zeroPoint(dnnl.DNNL_ARG_FROM, conversion.srcZeroPoint()),
                        problem);
        boolean leavesDirectly = dst.isDense(layout) && dst.dataType() == conversion.dst();
        leave = leavesDirectly
                ? null
                : new Copy(
                        engine,
                        owner,
                        implementation.dst(),
                        callerDst,
                        scaling -> scaling.scale(dnnl.DNNL_ARG_TO, conversion.dstScale())
                                .zeroPoint(dnnl.DNNL_ARG_TO, conversion.dstZeroPoint()),
                        problem);
        previous = leavesDirectly || !implementation.readsDestination()
                ? null
                : new Copy(
                        engine,
                        owner,
                        callerDst,
                        implementation.dst(),
                        scaling -> scaling.scale(dnnl.DNNL_ARG_FROM, conversion.dstScale())
                                .zeroPoint(dnnl.DNNL_ARG_FROM, conversion.dstZeroPoint()),
                        problem);
        if (enter != null) {
            notes.add("src is copied into " + layout + in(src.dataType(), conversion.src())
                    + (framedPart == null ? "" : " with zeros around it") + " first");
        }
        if (leave != null) {
            notes.add("dst is copied out of " + layout + in(dst.dataType(), conversion.dst()) + " afterwards");
        }
    }

    private static String in(DataType caller, DataType own) {
        return caller == own ? "" : ", " + own;
    }

    Implementation implementation() {
        return implementation;
    }

    dnnl_memory_desc callerSrc() {
        return callerSrc;
    }

    dnnl_memory_desc callerDst() {
        return callerDst;
    }

    /** Returns where in the implementation's source the caller's lies, or {@code null} if it is all of it. */
    @Nullable
    dnnl_memory_desc framedPart() {
        return framedPart;
    }

    /** Returns the copy of the caller's source, or {@code null} if the implementation reads that itself. */
    @Nullable
    Copy enter() {
        return enter;
    }

    /** Returns the copy of what the caller's destination holds, or {@code null} if none is needed. */
    @Nullable
    Copy previous() {
        return previous;
    }

    /** Returns the copy to the caller's destination, or {@code null} if the implementation writes that itself. */
    @Nullable
    Copy leave() {
        return leave;
    }

    /** Returns the bytes that a call in progress needs: scratchpads and copies. */
    long contextBytes() {
        long bytes = implementation.scratchpadBytes();
        if (enter != null) {
            bytes += enter.primitive().scratchpadBytes() + dnnl.dnnl_memory_desc_get_size(implementation.src());
        }
        if (leave != null) {
            bytes += leave.primitive().scratchpadBytes() + dnnl.dnnl_memory_desc_get_size(implementation.dst());
        }
        return previous == null ? bytes : bytes + previous.primitive().scratchpadBytes();
    }

    /** Returns how the problem is said to oneDNN, and what is copied for it. */
    String formulation() {
        String copies = enter == null && leave == null
                ? ""
                : enter == null ? ", dst copied" : leave == null ? ", src copied" : ", src and dst copied";
        return implementation.formulation() + copies;
    }

    List<String> notes() {
        return notes;
    }
}
