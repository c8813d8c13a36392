package io.github.faltung.planning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Enumerates the ways of running a task. */
final class Proposals {
    /** So many formulations within each other say all that is worth saying: one for the axes, one for the channels, one for the layout. */
    private static final int DEPTH = 3;

    private final List<Formulation> formulations;
    private final Hardware hardware;

    Proposals(List<Formulation> formulations, Hardware hardware) {
        this.formulations = formulations;
        this.hardware = hardware;
    }

    /** Returns the ways, the cheapest by the model first. */
    List<Proposal> of(Task task) {
        var all = new ArrayList<Proposal>();
        for (Division division : Division.of(task, hardware.threads())) {
            addAll(division, all);
        }
        all.sort(Comparator.comparingDouble(Proposal::cost));
        return all;
    }

    /** Returns the ways of running a task that is one of so many pieces, the cheapest by the model first. */
    List<Candidate> ways(Task task, int pieces) {
        return new Search(formulations, new CostModel(pieces, hardware)).candidates(task, DEPTH);
    }

    /** Pieces are of about equal size, so that the largest tells what all cost. */
    private void addAll(Division division, List<Proposal> all) {
        List<Task> pieces = division.pieces();
        var model = new CostModel(pieces.size(), hardware);
        var search = new Search(formulations, model);
        Task largest = Collections.max(
                pieces, Comparator.comparingLong(piece -> piece.dst().dims().elements()));
        search.candidates(largest, DEPTH)
                .forEach(typical -> all.add(new Proposal(
                        text(division, typical),
                        () -> pieces.stream()
                                .map(piece -> like(typical, search.candidates(piece, DEPTH)))
                                .toList(),
                        CostModel.together(typical.cost(), pieces.size(), hardware.threads()))));
    }

    private static String text(Division division, Candidate typical) {
        boolean direct = typical.text().equals(Candidate.DIRECT);
        return division.text().isEmpty() ? typical.text() : division.text() + (direct ? "" : ", " + typical.text());
    }

    /** Returns the candidate that says a piece as another is said, or, where that can't be, the best. */
    private static Candidate like(Candidate typical, List<Candidate> candidates) {
        return candidates.stream()
                .filter(candidate -> candidate.text().equals(typical.text()))
                .findFirst()
                .orElse(candidates.get(0));
    }
}
