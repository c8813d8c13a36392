package io.github.faltung.planning;

import io.github.faltung.convolution.Program.Copy;
import java.util.List;

/**
 * A task said another way: copies, then tasks, then copies.
 *
 * @param text in a few words
 * @param before of the source
 * @param tasks in their order
 * @param after to the destination; run backwards first where the tasks read what it holds
 */
record Draft(String text, List<Copy> before, List<Task> tasks, List<Copy> after) {
    Draft {
        before = List.copyOf(before);
        tasks = List.copyOf(tasks);
        after = List.copyOf(after);
    }
}
