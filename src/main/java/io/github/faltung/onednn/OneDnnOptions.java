package io.github.faltung.onednn;

/**
 * How a oneDNN engine is set up.
 *
 * @param plansPerLayer for how many combinations of source and destination shape a layer keeps what it compiled, at least 1; a shape
 *     beyond that evicts the one that was not used for longest
 * @param threads that all calls in progress use together, those of the callers included, at least 1, at most {@link #MOST_THREADS}: with
 *     {@code c} callers at once each uses {@code ⌊threads/c⌋}, but at least its own
 */
public record OneDnnOptions(int plansPerLayer, int threads) {
    /**
     * The most threads that can be asked for. More than there are processors only wait for each other; and if the operating system refuses
     * to make one, the OpenMP runtime ends the process.
     */
    public static final int MOST_THREADS = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());

    private static final int PLANS = 16;

    /**
     * Sixteen plans a layer: a batch of every power of two, or a handful of picture sizes in two layouts. As many threads as there are
     * processors, by the limits of a container too ({@link Runtime#availableProcessors}), or fewer if {@code OMP_NUM_THREADS} says so.
     */
    public static final OneDnnOptions DEFAULT = new OneDnnOptions(PLANS, defaultThreads());

    /** Checks the bounds. */
    public OneDnnOptions {
        if (plansPerLayer < 1) {
            throw new IllegalArgumentException("plansPerLayer must be at least 1, but was " + plansPerLayer);
        }
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "threads must be from 1 to " + MOST_THREADS + ", four for each processor, but was " + threads);
        }
    }

    /** With the default number of threads. */
    public OneDnnOptions(int plansPerLayer) {
        this(plansPerLayer, defaultThreads());
    }

    /** Returns the same with another number of threads. */
    public OneDnnOptions withThreads(int other) {
        return new OneDnnOptions(plansPerLayer, other);
    }

    /** Returns the same with another number of plans. */
    public OneDnnOptions withPlansPerLayer(int other) {
        return new OneDnnOptions(other, threads);
    }

    private static int defaultThreads() {
        int processors = Runtime.getRuntime().availableProcessors();
        String asked = System.getenv("OMP_NUM_THREADS");
        boolean number = asked != null && asked.matches("[1-9][0-9]{0,5}");
        return number ? Math.min(Integer.parseInt(asked), processors) : processors;
    }
}
