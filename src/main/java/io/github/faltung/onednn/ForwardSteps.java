package io.github.faltung.onednn;

import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The primitives that run one after the other: a copy of the source into the implementation's layout, or into a frame of zeros, if need
 * be; the implementation; a copy of its result to the destination, if need be. Immutable.
 */
final class ForwardSteps {
    private final Implementation implementation;
    private final dnnl_memory_desc callerSrc;
    private final dnnl_memory_desc callerDst;
    private final @Nullable dnnl_memory_desc framedPart;
    private final @Nullable Primitive enter;
    private final @Nullable Primitive previous;
    private final @Nullable Primitive leave;
    private final List<String> notes = new ArrayList<>();

    /** Compiles the copies, which {@code owner} takes over, also if that fails midway. */
    ForwardSteps(
            NativeEngine engine, NativeHandles owner, Implementation implementation, TensorShape src, TensorShape dst) {
        this.implementation = implementation;
        Layout layout = implementation.layout();
        Object problem = implementation.problem();
        notes.addAll(implementation.notes());
        callerSrc = engine.strided(owner, src.extents(), src.strides());
        callerDst = engine.strided(owner, dst.extents(), dst.strides());
        long[] frameOffsets = implementation.frameOffsets();
        framedPart =
                frameOffsets.length == 0 ? null : engine.part(owner, implementation.src(), src.extents(), frameOffsets);
        boolean entersDirectly = framedPart == null && src.isDense(layout);
        enter = entersDirectly
                ? null
                : engine.reorder(owner, callerSrc, framedPart == null ? implementation.src() : framedPart, problem);
        boolean leavesDirectly = dst.isDense(layout);
        leave = leavesDirectly ? null : engine.reorder(owner, implementation.dst(), callerDst, problem);
        previous = leavesDirectly || !implementation.readsDestination()
                ? null
                : engine.reorder(owner, callerDst, implementation.dst(), problem);
        if (enter != null) {
            notes.add("src is copied into " + layout + (framedPart == null ? "" : " with zeros around it") + " first");
        }
        if (leave != null) {
            notes.add("dst is copied out of " + layout + " afterwards");
        }
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
    Primitive enter() {
        return enter;
    }

    /** Returns the copy of what the caller's destination holds, or {@code null} if none is needed. */
    @Nullable
    Primitive previous() {
        return previous;
    }

    /** Returns the copy to the caller's destination, or {@code null} if the implementation writes that itself. */
    @Nullable
    Primitive leave() {
        return leave;
    }

    /** Returns the bytes that a call in progress needs: scratchpads and copies. */
    long contextBytes() {
        long bytes = implementation.primitive().scratchpadBytes();
        if (enter != null) {
            bytes += enter.scratchpadBytes() + dnnl.dnnl_memory_desc_get_size(implementation.src());
        }
        if (leave != null) {
            bytes += leave.scratchpadBytes() + dnnl.dnnl_memory_desc_get_size(implementation.dst());
        }
        return previous == null ? bytes : bytes + previous.scratchpadBytes();
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
