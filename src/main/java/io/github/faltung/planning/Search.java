package io.github.faltung.planning;

import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Enumerates the ways of saying a task, each formulation's result said another way in turn. */
final class Search {
    /** Of a task within another's formulation so many ways are followed up, the cheapest by the model. */
    private static final int FOLLOWED = 4;

    /** A layer that has fewer weights is not blown up beyond this. */
    private static final long MOST_WEIGHTS = 1 << 26;

    private final List<Formulation> formulations;
    private final CostModel model;

    Search(List<Formulation> formulations, CostModel model) {
        this.formulations = formulations;
        this.model = model;
    }

    /**
     * Returns the ways of saying a task, the cheapest by the model first.
     *
     * @param depth how many formulations may be nested
     * @param said in which words: those others are not gone through
     */
    List<Candidate> candidates(Task task, int depth, Said said) {
        var all = new ArrayList<Candidate>();
        if (said.isDirect() && lies(task.src()) && lies(task.dst())) {
            all.add(Candidate.direct(task, model));
        }
        if (depth > 0
                && said.isFormulated()
                && !task.src().isBlocked()
                && !task.dst().isBlocked()) {
            for (Formulation formulation : formulations) {
                if (task.layer().spatialRank() == 1 && !(formulation instanceof LiftedAxis)) {
                    continue; // lifted it can be said in all the same ways
                }
                for (Draft draft : drafts(formulation, task)) {
                    said.after(draft.text()).ifPresent(rest -> addAll(draft, depth - 1, rest, all));
                }
            }
        }
        all.sort(Comparator.comparingDouble(Candidate::cost));
        return all;
    }

    private static List<Draft> drafts(Formulation formulation, Task task) {
        try {
            long most = Math.max(MOST_WEIGHTS, task.layer().weightsDims().elements());
            return formulation.drafts(task).stream()
                    .filter(draft -> draft.tasks().stream()
                            .allMatch(inner -> inner.layer().weightsDims().elements() <= most))
                    .toList();
        } catch (ArithmeticException e) {
            return List.of(); // said so, the layer would have numbers beyond int; as it is it has not
        }
    }

    /** Returns whether an engine can be given a region as it lies; the caller's it can, whatever its strides. */
    private static boolean lies(Region region) {
        return region.isBlocked()
                || region.isDense(Layout.CHANNELS_FIRST)
                || region.isDense(Layout.CHANNELS_LAST)
                || region.isWhole();
    }

    /** A draft of several tasks has the name of its first task's best way. */
    private void addAll(Draft draft, int depth, Said said, List<Candidate> all) {
        List<Task> tasks = draft.tasks();
        if (tasks.isEmpty()) {
            if (said.isDirect()) {
                all.add(Candidate.of(draft, List.of(), model));
            }
            return;
        }
        List<Candidate> first = candidates(tasks.get(0), depth, said);
        for (Candidate one : first.subList(0, Math.min(first.size(), tasks.size() == 1 ? FOLLOWED : 1))) {
            var inner = new ArrayList<>(List.of(one));
            for (Task task : tasks.subList(1, tasks.size())) {
                candidates(task, depth, Said.ANYHOW).stream().limit(1).forEach(inner::add);
            }
            if (inner.size() == tasks.size()) {
                all.add(Candidate.of(draft, inner, model));
            }
        }
    }
}
