package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;

/** The steps of a program, each compiled: copies as reorders, layers as they would run alone. Immutable. */
final class ProgramSchedule implements Schedule {
    private final Program program;
    private final List<Compiled> steps = new ArrayList<>();
    private final Map<Storage, dnnl_memory_desc> scratch = new HashMap<>();
    private final List<String> implementations = new ArrayList<>();
    private final List<String> notes;
    private long contextBytes;

    /** One step with the descriptions of what it reads and writes. */
    private record Compiled(
            Region from, dnnl_memory_desc fromDesc, Region to, dnnl_memory_desc toDesc, Binder binder) {}

    @FunctionalInterface
    private interface Binder {
        void bind(Binding binding, dnnl_memory from, dnnl_memory to);
    }

    /** Compiles the steps, which {@code owner} takes over, also if that fails midway. */
    ProgramSchedule(NativeEngine engine, NativeHandles owner, Program program) {
        this.program = program;
        this.notes = new ArrayList<>(program.notes());
        for (Storage storage : program.scratch()) {
            scratch.put(storage, TensorShape.of(storage.whole()).desc(engine, owner));
            contextBytes += storage.bytes();
        }
        for (Program.Step step : program.steps()) {
            for (Program.Step piece : step instanceof Program.Copy copy ? RaggedCopy.pieces(copy) : List.of(step)) {
                steps.add(compile(engine, owner, piece));
            }
        }
    }

    private Compiled compile(NativeEngine engine, NativeHandles owner, Program.Step step) {
        TensorShape from = TensorShape.of(step.from());
        TensorShape to = TensorShape.of(step.to());
        dnnl_memory_desc fromDesc = from.desc(engine, owner);
        dnnl_memory_desc toDesc = to.desc(engine, owner);
        return new Compiled(
                step.from(),
                fromDesc,
                step.to(),
                toDesc,
                step instanceof Program.Apply apply
                        ? layer(engine, owner, ((OneDnnConvolution) apply.layer()).layer(), from, to)
                        : copy(engine, owner, fromDesc, toDesc));
    }

    private Binder layer(
            NativeEngine engine, NativeHandles owner, OneDnnLayer layer, TensorShape from, TensorShape to) {
        var inner = new ForwardSteps(engine, owner, layer.find(owner, from, to), from, to);
        contextBytes += inner.contextBytes();
        implementations.add(inner.implementationName());
        notes.addAll(inner.notes());
        return inner::bind;
    }

    private Binder copy(NativeEngine engine, NativeHandles owner, dnnl_memory_desc from, dnnl_memory_desc to) {
        var copy = new Copy(engine, owner, from, to, scaling -> {}, program.problem());
        contextBytes += copy.primitive().scratchpadBytes();
        return (binding, source, target) -> binding.add(copy.bind(binding.engine(), binding.handles(), source, target));
    }

    @Override
    public void bind(Binding binding) {
        var memory = new HashMap<Storage, dnnl_memory>();
        scratch.forEach((storage, desc) -> memory.put(storage, binding.zeros(desc)));
        for (Compiled step : steps) {
            step.binder()
                    .bind(
                            binding,
                            locate(binding, memory, step.from(), step.fromDesc()),
                            locate(binding, memory, step.to(), step.toDesc()));
        }
    }

    private dnnl_memory locate(
            Binding binding, Map<Storage, dnnl_memory> memory, Region region, dnnl_memory_desc desc) {
        Storage storage = region.storage();
        long bytes = region.part().offset() * storage.dataType().bytes();
        if (storage == program.source()) {
            return binding.source(desc, bytes);
        }
        if (storage == program.destination()) {
            return binding.destination(desc, bytes);
        }
        return binding.part(Objects.requireNonNull(memory.get(storage)), desc, bytes);
    }

    @Override
    public long contextBytes() {
        return contextBytes;
    }

    @Override
    public Explanation explain(String engineName, long packedWeightsBytes) {
        return new Explanation(
                program.problem().toString(),
                engineName,
                program.formulation(),
                String.join(" + ", implementations),
                packedWeightsBytes,
                contextBytes,
                notes);
    }

    @Override
    public Object problem() {
        return program.problem();
    }
}
