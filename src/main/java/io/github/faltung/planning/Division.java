package io.github.faltung.planning;

import java.util.ArrayList;
import java.util.List;

/**
 * A task cut into tasks that need nothing of each other, each to run on one thread: what a step leaves in that thread's caches the next one
 * finds there.
 *
 * @param text in a few words; empty if it is one piece
 * @param pieces at least one, of about equal size
 */
record Division(String text, List<Task> pieces) {
    /** Pieces for each thread: few large ones, or more that caches hold. */
    private static final List<Integer> PIECES_PER_THREAD = List.of(1, 2, 4);

    /** The same of outputs so large that a core's own cache holds none of these pieces. */
    private static final List<Integer> MANY_PIECES_PER_THREAD = List.of(1, 2, 4, 8);

    private static final long OWN_CACHE = 2 << 20;

    Division {
        pieces = List.copyOf(pieces);
    }

    /** Returns the ways of cutting a task for so many threads, the one of a single piece among them. */
    static List<Division> of(Task task, int threads) {
        var all = new ArrayList<Division>();
        all.add(new Division("", List.of(task)));
        double fourth = bytes(task) / Math.multiplyExact(4, threads);
        for (int each : fourth > OWN_CACHE ? MANY_PIECES_PER_THREAD : PIECES_PER_THREAD) {
            int count = Math.multiplyExact(each, threads);
            for (Cut cut : Cut.values()) {
                int first = (int) Math.min(count, cut.most(task));
                if (first < 2) {
                    continue;
                }
                add(first + " pieces of " + cut.text(), cut.pieces(task, first), all);
                if (first < threads) {
                    addGrids(task, cut, first, count, all);
                }
            }
        }
        return all;
    }

    private static double bytes(Task task) {
        return (double) task.dst().dims().elements()
                * task.dst().storage().dataType().bytes();
    }

    /** Cuts along two axes where one alone makes too few pieces. */
    private static void addGrids(Task task, Cut cut, int first, int count, List<Division> all) {
        List<Task> pieces = cut.pieces(task, first);
        for (Cut other : Cut.values()) {
            if (other.compareTo(cut) <= 0 || pieces.isEmpty()) {
                continue;
            }
            long most = pieces.stream().mapToLong(other::most).min().orElse(0);
            int second = (int) Math.min((count + first - 1) / first, most);
            if (second >= 2) {
                List<List<Task>> grid = pieces.stream()
                        .map(piece -> other.pieces(piece, second))
                        .toList();
                boolean whole = grid.stream().noneMatch(List::isEmpty);
                add(
                        first + " x " + second + " pieces of " + cut.text() + " and " + other.text(),
                        whole ? grid.stream().flatMap(List::stream).toList() : List.of(),
                        all);
            }
        }
    }

    private static void add(String text, List<Task> pieces, List<Division> all) {
        if (!pieces.isEmpty() && all.stream().noneMatch(one -> one.text().equals(text))) {
            all.add(new Division(text, pieces));
        }
    }
}
