package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The pieces of a program, each step compiled: copies as reorders, layers as they would run alone, but for one
 * thread. Immutable.
 */
final class ProgramSchedule implements Schedule {
    private final Program program;
    private final WorkerPool workers;
    private final List<List<Compiled>> pieces;
    private final Map<Storage, dnnl_memory_desc> scratch = new HashMap<>();
    private final Set<String> implementations = new LinkedHashSet<>();
    private final Set<String> notes;
    private long contextBytes;

    /** One step with the descriptions of what it reads and writes. */
    private record Compiled(
            Region from, dnnl_memory_desc fromDesc, Region to, dnnl_memory_desc toDesc, Binder binder) {}

    @FunctionalInterface
    private interface Binder {
        void bind(Binding binding, dnnl_memory from, dnnl_memory to);
    }

    /** Compiles the steps, which {@code owner} takes over, also if that fails midway. */
    ProgramSchedule(NativeEngine engine, NativeHandles owner, WorkerPool workers, Program program) {
        this.program = program;
        this.workers = workers;
        this.notes = new LinkedHashSet<>(program.notes());
        for (Storage storage : program.scratch()) {
            scratch.put(storage, TensorShape.of(storage.whole()).desc(engine, owner));
            contextBytes += storage.bytes();
        }
        pieces = OpenMpThreads.make(
                1,
                () -> program.pieces().stream()
                        .map(piece -> compile(engine, owner, piece))
                        .toList());
    }

    private List<Compiled> compile(NativeEngine engine, NativeHandles owner, Program.Piece piece) {
        var compiled = new ArrayList<Compiled>();
        for (Program.Step step : piece.steps()) {
            List<? extends Program.Step> parts =
                    step instanceof Program.Copy copy ? RaggedCopy.pieces(FewestAxes.of(copy)) : List.of(step);
            parts.forEach(part -> compiled.add(compile(engine, owner, part)));
        }
        return compiled;
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
                        ? layer(engine, owner, apply, from, to)
                        : copy(engine, owner, (Program.Copy) step, fromDesc, toDesc));
    }

    private Binder layer(
            NativeEngine engine, NativeHandles owner, Program.Apply apply, TensorShape from, TensorShape to) {
        OneDnnLayer layer = ((OneDnnConvolution) apply.layer()).layer();
        var inner = new ForwardSteps(engine, owner, layer.find(owner, apply.problem(), from, to), from, to);
        contextBytes += inner.contextBytes();
        implementations.add(inner.implementationName());
        notes.addAll(inner.notes());
        return inner::bind;
    }

    private Binder copy(
            NativeEngine engine, NativeHandles owner, Program.Copy step, dnnl_memory_desc from, dnnl_memory_desc to) {
        Consumer<Scaling> scale = step.isSubtracted()
                ? scaling -> scaling.scale(dnnl.DNNL_ARG_FROM, -1).addToDestination()
                : scaling -> {};
        var copy = new Copy(engine, owner, from, to, scale, program.problem());
        contextBytes += copy.scratchpadBytes();
        return (binding, source, target) -> binding.add(copy.bind(binding.engine(), binding.handles(), source, target));
    }

    @Override
    public void bind(Binding binding) {
        var memory = new HashMap<Storage, dnnl_memory>();
        scratch.forEach((storage, desc) -> memory.put(storage, binding.zeros(desc)));
        List<List<Step>> bound = pieces.stream()
                .map(piece -> binding.gather(() -> bind(piece, binding, memory)))
                .toList();
        binding.add(new PiecesStep(binding.engine(), binding.handles(), workers, bound, problem()));
    }

    private void bind(List<Compiled> piece, Binding binding, Map<Storage, dnnl_memory> memory) {
        for (Compiled step : piece) {
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
                List.copyOf(notes));
    }

    @Override
    public Object problem() {
        return program.problem();
    }
}
