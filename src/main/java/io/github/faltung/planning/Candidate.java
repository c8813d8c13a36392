package io.github.faltung.planning;

import io.github.faltung.convolution.Program.Copy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One way of saying a convolution, down to what an engine runs: copies and tasks in their order.
 *
 * @param text in a few words
 * @param steps the steps
 * @param cost what the steps are estimated to take, in seconds
 */
record Candidate(String text, List<Step> steps, double cost) {
    /** Says that a task runs as it is. */
    static final String DIRECT = "direct";

    /** A copy or a task. */
    sealed interface Step {}

    record Copies(Copy copy) implements Step {}

    record Runs(Task task) implements Step {}

    Candidate {
        steps = List.copyOf(steps);
    }

    /** Returns the candidate that runs a task as it is. */
    static Candidate direct(Task task, CostModel model) {
        return new Candidate(DIRECT, List.of(new Runs(task)), model.of(task));
    }

    /** Returns the candidate that a draft makes with a way of saying each of its tasks. */
    static Candidate of(Draft draft, List<Candidate> tasks, CostModel model) {
        var steps = new ArrayList<Step>();
        var text = new StringBuilder(draft.text());
        draft.before().forEach(copy -> steps.add(new Copies(copy)));
        // Tasks that add to what the first of them made need not be told what was there.
        boolean reads = !draft.tasks().isEmpty()
                && draft.tasks().stream().allMatch(task -> task.layer().readsDestination());
        if (reads) {
            var backwards = new ArrayList<>(draft.after());
            Collections.reverse(backwards);
            backwards.forEach(copy -> steps.add(new Copies(new Copy(copy.to(), copy.from()))));
        }
        double cost = 0;
        for (Candidate task : tasks) {
            steps.addAll(task.steps());
            cost += task.cost();
        }
        draft.after().forEach(copy -> steps.add(new Copies(copy)));
        for (Copy copy : draft.before()) {
            cost += model.of(copy);
        }
        for (Copy copy : draft.after()) {
            cost += model.of(copy) * (reads ? 2 : 1);
        }
        if (!tasks.isEmpty() && !tasks.get(0).text().equals(DIRECT)) {
            text.append(Said.SEPARATOR).append(tasks.get(0).text());
        }
        return new Candidate(text.toString(), steps, cost);
    }
}
