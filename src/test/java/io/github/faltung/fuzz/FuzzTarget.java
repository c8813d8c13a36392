package io.github.faltung.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;

/** An entry point of the library as a function of bytes. It either works, or refuses in one of the ways that it documents. */
abstract class FuzzTarget {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String name;
    private final List<Class<? extends Exception>> documented;

    /**
     * Makes a target.
     *
     * @param documented the exceptions that its entry point's Javadoc names for bad input
     */
    FuzzTarget(String name, List<Class<? extends Exception>> documented) {
        this.name = name;
        this.documented = List.copyOf(documented);
    }

    /** Returns what the command line calls it. */
    final String name() {
        return name;
    }

    /** Returns valid inputs, with which a coverage-guided search begins. */
    abstract List<byte[]> seeds();

    /** Draws an input. */
    abstract byte[] next(SplittableRandom random);

    /**
     * Feeds an input to the entry point, and closes what that made.
     *
     * @throws Exception whatever the entry point throws
     * @throws AssertionError if it takes what it must refuse, or makes what it must not
     */
    abstract void feed(byte[] input) throws Exception;

    /** Returns the most that a case may allocate in the heap, where that follows from the size of its input. */
    long mostHeapBytes(byte[] input) {
        return Long.MAX_VALUE;
    }

    /** Requires that something says what it is: its text takes no exception, and is not empty. */
    static void requireText(Object made) {
        if (made.toString().isEmpty()) {
            throw new AssertionError("no text of a " + made.getClass());
        }
    }

    /**
     * Runs a case.
     *
     * @return whether the input was taken, not refused
     * @throws AssertionError if it was refused in a way that is not documented, or allocated more than the input may ask for
     */
    final boolean run(byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean isTaken = takes(input);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > mostHeapBytes(input)) {
            throw new AssertionError(name + ": " + input.length + " bytes asked for " + allocated + " of heap");
        }
        return isTaken;
    }

    private boolean takes(byte[] input) {
        try {
            feed(input);
            return true;
        } catch (Exception e) {
            if (documented.stream().noneMatch(type -> type.isInstance(e))) {
                throw new AssertionError(name + " threw what it does not document: " + e, e);
            }
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError(name + " refused without saying why: " + e, e);
            }
            return false;
        }
    }
}
