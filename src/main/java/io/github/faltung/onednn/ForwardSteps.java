package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The steps that run one after the other: a copy of the source into the implementation's layout, or into a frame of zeros, if need
 * be; the implementation; a copy of its result to the destination, if need be. Immutable.
 */
final class ForwardSteps implements Schedule {
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
        Forms forms = implementation.forms();
        Object problem = implementation.problem();
        notes.addAll(implementation.notes());
        callerSrc = src.desc(engine, owner);
        callerDst = dst.desc(engine, owner);
        long[] frameOffsets = implementation.frameOffsets();
        framedPart =
                frameOffsets.length == 0 ? null : engine.part(owner, implementation.src(), src.extents(), frameOffsets);
        Conversion conversion = implementation.conversion();
        boolean entersDirectly = framedPart == null && src.is(forms.src()) && src.dataType() == conversion.src();
        enter = entersDirectly
                ? null
                : new Copy(
                        engine,
                        owner,
                        callerSrc,
                        framedPart == null ? implementation.src() : framedPart,
                        scaling -> scaling.zeroPoint(dnnl.DNNL_ARG_FROM, conversion.srcZeroPoint()),
                        problem);
        boolean leavesDirectly = dst.is(forms.dst()) && dst.dataType() == conversion.dst();
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
            notes.add("src is copied into " + forms.src() + in(src.dataType(), conversion.src())
                    + (framedPart == null ? "" : " with zeros around it") + " first");
        }
        if (leave != null) {
            notes.add("dst is copied out of " + forms.dst() + in(dst.dataType(), conversion.dst()) + " afterwards");
        }
    }

    private static String in(DataType caller, DataType own) {
        return caller == own ? "" : ", " + own;
    }

    @Override
    public void bind(Binding binding) {
        bind(binding, binding.source(callerSrc, 0), binding.destination(callerDst, 0));
    }

    /** Makes the steps ready to run between two memories that are like the caller's tensors. */
    void bind(Binding binding, dnnl_memory src, dnnl_memory dst) {
        NativeEngine engine = binding.engine();
        NativeHandles handles = binding.handles();
        dnnl_memory in = src;
        if (enter != null) {
            dnnl_memory target;
            if (framedPart == null) {
                in = binding.allocated(implementation.src());
                target = in;
            } else {
                // Filled once: the copies only ever write inside the frame.
                in = binding.filled(
                        implementation.src(), implementation.conversion().frame());
                target = binding.part(in, framedPart, 0);
            }
            binding.add(enter.bind(engine, handles, src, target));
        }
        dnnl_memory out = leave == null ? dst : binding.allocated(implementation.dst());
        if (previous != null) {
            binding.add(previous.bind(engine, handles, dst, out));
        }
        binding.add(implementation.bind(engine, handles, in, out));
        if (leave != null) {
            binding.add(leave.bind(engine, handles, out, dst));
        }
    }

    @Override
    public Explanation explain(String engineName, long packedWeightsBytes) {
        return new Explanation(
                problem().toString(),
                engineName,
                formulation(),
                implementation.name(),
                packedWeightsBytes,
                contextBytes(),
                notes);
    }

    @Override
    public Object problem() {
        return implementation.problem();
    }

    /** Returns the name of the code that computes. */
    String implementationName() {
        return implementation.name();
    }

    @Override
    public long contextBytes() {
        long bytes = implementation.scratchpadBytes();
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
