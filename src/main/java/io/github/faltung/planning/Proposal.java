package io.github.faltung.planning;

import java.util.List;
import java.util.function.Supplier;

/**
 * One way of running a problem: into which pieces it is cut, and how each is said.
 *
 * @param text in a few words
 * @param pieces how each piece is said; asked for only where the proposal is taken up
 * @param cost what it is estimated to take, in seconds
 */
record Proposal(String text, Supplier<List<Candidate>> pieces, double cost) {}
