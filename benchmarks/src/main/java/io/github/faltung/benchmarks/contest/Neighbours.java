package io.github.faltung.benchmarks.contest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What else the machine computes. A contender that waits for its threads at barriers suffers from a neighbour ten times more than one that
 * does not, so no ratio tells anything then. Linux only: elsewhere there seem to be none.
 */
final class Neighbours {
    private static final Path STATISTICS = Path.of("/proc/stat");
    private static final double NANOS_PER_TICK = 1e7;

    /** Of one processor; the kernel's clock ticks are coarse, and starting turns takes some, too. */
    private static final double TOLERATED = 0.2;

    /** Columns of the statistics: time that is spent idle, or waiting for a disk. */
    private static final List<Integer> IDLE = List.of(4, 5);

    private static final int COLUMNS = 9;

    private final List<ContenderProcess> contenders;
    private double start;
    private double foreignAtStart;

    Neighbours(List<ContenderProcess> contenders) {
        this.contenders = contenders;
        watch();
    }

    /** Begins to watch. */
    void watch() {
        start = System.nanoTime();
        foreignAtStart = foreignNanos();
    }

    /** Returns whether others have computed since. */
    boolean haveDisturbed() {
        return foreignNanos() - foreignAtStart > TOLERATED * (System.nanoTime() - start);
    }

    private double foreignNanos() {
        if (!Files.isReadable(STATISTICS)) {
            return 0;
        }
        double own = contenders.stream().mapToDouble(ContenderProcess::cpuNanos).sum();
        return busyNanos()
                - own
                - ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toNanos();
    }

    private static double busyNanos() {
        try (var lines = Files.lines(STATISTICS)) {
            String[] words = lines.findFirst().orElseThrow().split(" +");
            double ticks = 0;
            for (int column = 1; column < Math.min(COLUMNS, words.length); column++) {
                ticks += IDLE.contains(column) ? 0 : Long.parseLong(words[column]);
            }
            return ticks * NANOS_PER_TICK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
