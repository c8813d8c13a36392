package io.github.faltung.planning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
        return divisions(task, Said.ANYHOW);
    }

    /** Returns the ways that are said in given words, the cheapest first. */
    List<Proposal> saidAs(String text, Task task) {
        return divisions(task, new Said(text));
    }

    private List<Proposal> divisions(Task task, Said said) {
        var all = new ArrayList<Proposal>();
        for (Division division : Division.of(task, hardware.threads())) {
            Optional<Said> rest = division.text().isEmpty() ? Optional.of(said) : said.after(division.text());
            rest.ifPresent(within -> addAll(division, within, all));
        }
        all.sort(Comparator.comparingDouble(Proposal::cost));
        return all;
    }

    /** Returns the ways of running a task that is one of so many pieces, the cheapest by the model first. */
    List<Candidate> ways(Task task, int pieces) {
        return new Search(formulations, new CostModel(pieces, hardware)).candidates(task, DEPTH, Said.ANYHOW);
    }

    /** Pieces are of about equal size, so that the largest tells what all cost. */
    private void addAll(Division division, Said said, List<Proposal> all) {
        List<Task> pieces = division.pieces();
        var model = new CostModel(pieces.size(), hardware);
        var search = new Search(formulations, model);
        int largest = largest(pieces);
        for (Candidate typical : search.candidates(pieces.get(largest), DEPTH, said)) {
            all.add(new Proposal(
                    text(division, typical),
                    () -> said(pieces, search, largest, typical),
                    CostModel.together(typical.cost(), pieces.size(), hardware.threads())));
        }
    }

    private static int largest(List<Task> pieces) {
        int largest = 0;
        for (int i = 1; i < pieces.size(); i++) {
            if (elements(pieces.get(i)) > elements(pieces.get(largest))) {
                largest = i;
            }
        }
        return largest;
    }

    private static long elements(Task piece) {
        return piece.dst().dims().elements();
    }

    /** Returns all pieces said as the largest is. */
    private static List<Candidate> said(List<Task> pieces, Search search, int largest, Candidate typical) {
        return IntStream.range(0, pieces.size())
                .mapToObj(piece -> piece == largest ? typical : like(typical, search, pieces.get(piece)))
                .toList();
    }

    private static String text(Division division, Candidate typical) {
        boolean direct = typical.text().equals(Candidate.DIRECT);
        return division.text().isEmpty()
                ? typical.text()
                : division.text() + (direct ? "" : Said.SEPARATOR + typical.text());
    }

    /** Returns the candidate that says a piece as another is said, or, where that can't be, the best. */
    private static Candidate like(Candidate typical, Search search, Task piece) {
        List<Candidate> same = search.candidates(piece, DEPTH, new Said(typical.text()));
        return (same.isEmpty() ? search.candidates(piece, DEPTH, Said.ANYHOW) : same).get(0);
    }
}
