package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs a program step by step as it stands there: for engines that compile none, and so plain that compiled ones can be checked against it.
 * Each layer is given dense tensors of its own.
 */
final class InterpretedRoutine extends Routine {
    InterpretedRoutine(Engine engine, Program program) {
        super(engine, program, () -> {});
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        var memory = new HashMap<Storage, Tensor>();
        var scratch = new ArrayList<Tensor>();
        try {
            memory.put(program().source(), src);
            memory.put(program().destination(), dst);
            for (Storage storage : program().scratch()) {
                scratch.add(like(storage.whole()));
                memory.put(storage, scratch.get(scratch.size() - 1));
            }
            program().steps().forEach(step -> run(step, memory));
        } finally {
            scratch.forEach(Tensor::close);
        }
    }

    private static Tensor like(Region region) {
        return Tensor.allocate(region.storage().dataType(), region.dims(), Layout.CHANNELS_FIRST);
    }

    private static void run(Program.Step step, Map<Storage, Tensor> memory) {
        Tensor source = Objects.requireNonNull(memory.get(step.from().storage()));
        Tensor target = Objects.requireNonNull(memory.get(step.to().storage()));
        Part from = step.from().part();
        Part to = step.to().part();
        if (step instanceof Program.Apply apply) {
            Part around = around(apply);
            try (Tensor in = Tensor.allocate(source.dataType(), around.dims(), Layout.CHANNELS_FIRST);
                    Tensor out = like(step.to())) {
                Tensor.copy(source, from, in, within(apply, around));
                if (apply.layer().descriptor().readsDestination()) {
                    Tensor.copy(target, to, out, Part.of(out));
                }
                apply.layer().forward(in, out);
                Tensor.copy(out, Part.of(out), target, to);
            }
        } else if (step instanceof Program.Copy copy && copy.isSubtracted()) {
            subtract(source, from, target, to);
        } else {
            Tensor.copy(source, from, target, to);
        }
    }

    private static void subtract(Tensor source, Part from, Tensor target, Part to) {
        try (Tensor less = Tensor.allocate(DataType.F32, from.dims(), Layout.CHANNELS_FIRST);
                Tensor held = Tensor.allocate(DataType.F32, from.dims(), Layout.CHANNELS_FIRST)) {
            Tensor.copy(source, from, less, Part.of(less));
            Tensor.copy(target, to, held, Part.of(held));
            float[] rest = held.toFloatArray();
            float[] taken = less.toFloatArray();
            for (int i = 0; i < rest.length; i++) {
                rest[i] -= taken[i];
            }
            held.copyFrom(rest, Layout.CHANNELS_FIRST);
            Tensor.copy(held, Part.of(held), target, to);
        }
    }

    /** Returns what the layer sees: its source with the margin, which is zeros. */
    private static Part around(Program.Apply apply) {
        long[] extents = apply.from().dims().toArray();
        for (int axis = 2; axis < extents.length; axis++) {
            extents[axis] += apply.before(axis) + apply.after(axis);
        }
        return Part.dense(Dims.of(extents), Layout.CHANNELS_FIRST);
    }

    private static Part within(Program.Apply apply, Part around) {
        Part inner = around;
        for (int axis = 2; axis < around.dims().rank(); axis++) {
            inner = inner.slice(axis, apply.before(axis), apply.from().dims().get(axis));
        }
        return inner;
    }

    @Override
    public Explanation explain() {
        List<String> notes = new ArrayList<>(program().notes());
        List<String> implementations = new ArrayList<>();
        long weights = 0;
        for (Program.Step step : program().steps()) {
            if (step instanceof Program.Apply apply) {
                Explanation inner = apply.layer().explain(around(apply).dims());
                implementations.add(inner.implementation());
                weights += inner.packedWeightsBytes();
                notes.addAll(inner.notes());
            }
        }
        return new Explanation(
                program().problem().toString(),
                engine().name(),
                program().formulation(),
                String.join(" + ", implementations),
                weights,
                program().scratch().stream().mapToLong(Storage::bytes).sum(),
                notes);
    }
}
