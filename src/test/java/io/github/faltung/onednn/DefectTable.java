package io.github.faltung.onednn;

import io.github.faltung.ChildJvm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What each known defect does at each instruction set if it is not led around, and if it is: {@code .ci/defects}, that is {@code DefectTable FOLDER
 * ISA…}, prints it as a table. Whatever strikes is run in child JVMs.
 */
final class DefectTable {
    static final String RIGHT = "right";
    private static final String WRONG = "wrong values";
    private static final String REFUSED = "refused";

    /** The allocator noticed, and ended the process by SIGABRT. */
    private static final String HEAP_OVERWRITTEN = "SIGABRT, heap overwritten";

    /** The guard does not strike at this instruction set: oneDNN does not offer the implementation for any of the lines. */
    private static final String NOT_OFFERED = "–";

    private static final int ALL = Integer.MAX_VALUE;
    private static final long CPU_SECONDS = 300;

    /** A call that computes for longer does not return. */
    private static final long HANG_SECONDS = 40;

    private static final Pattern STRIKE = Pattern.compile("#\\d+ (\\w+) (\\d+) (\\S+) (.*)");

    /**
     * What was observed of a defect at an instruction set.
     *
     * @param unguarded what the worst of its lines came to
     * @param guarded what the worst of its lines came to
     * @param example the line that shows it
     */
    record Cell(String unguarded, String guarded, String example) {
        static final Cell NONE = new Cell(NOT_OFFERED, RIGHT, "");

        boolean isReproduced() {
            return rank(unguarded) > 1;
        }

        /** Returns the worse of two, of the same defect. */
        Cell and(Cell other) {
            boolean worse = rank(other.unguarded) > rank(unguarded);
            return new Cell(
                    worse ? other.unguarded : unguarded,
                    guarded.equals(RIGHT) ? other.guarded : guarded,
                    worse ? other.example : example);
        }

        /** Returns what the table holds. */
        @Override
        public String toString() {
            return guarded.equals(RIGHT) ? unguarded : unguarded + "; guarded: " + guarded;
        }

        private static int rank(String outcome) {
            return outcome.equals(NOT_OFFERED) ? 0 : outcome.equals(RIGHT) ? 1 : outcome.equals(WRONG) ? 2 : 3;
        }
    }

    /**
     * What was observed at an instruction set.
     *
     * @param isa the one in effect
     * @param cells by the defect's name
     */
    record Observation(String isa, Map<String, Cell> cells) {}

    private final String folder;
    private final String isa;
    private final ChildJvm jvm;
    private final Map<String, Cell> cells = new TreeMap<>();

    private DefectTable(String folder, String isa) {
        this.folder = folder;
        this.isa = isa;
        this.jvm =
                ChildJvm.likeThis().withOption("-XX:-CreateCoredumpOnCrash").withEnvironment("ONEDNN_MAX_CPU_ISA", isa);
    }

    /**
     * Returns what was observed of each defect at an instruction set.
     *
     * @param folder of the problem files
     * @param mostAlone how many of the runs that need a JVM of their own are run too
     */
    static Observation observe(String folder, String isa, int mostAlone) {
        var table = new DefectTable(folder, isa);
        List<String> guarded = table.run(new CaseRange(0, ALL), CPU_SECONDS, "guarded");
        String strikes = guarded.get(guarded.size() - 1);
        String[] counts = strikes.substring(DefectRuns.STRIKES.length()).split(" ", 3);
        int together = Integer.parseInt(counts[0]);
        List<String> outcomes = outcomes(guarded);
        table.add(table.run(new CaseRange(0, together), CPU_SECONDS, "unguarded"), outcomes);
        int all = Integer.parseInt(counts[1]);
        for (int i = together; i < Math.min(all, (long) together + mostAlone); i++) {
            table.add(table.run(new CaseRange(i, i + 1), HANG_SECONDS, "unguarded"), outcomes);
        }
        return new Observation(counts[2], table.cells);
    }

    private List<String> run(CaseRange range, long cpuSeconds, String mode) {
        return range.run(jvm, cpuSeconds, DefectRuns.class, folder, mode);
    }

    private static List<String> outcomes(List<String> lines) {
        return lines.stream()
                .filter(line -> line.equals(RIGHT) || line.startsWith(CaseRange.FAILED))
                .toList();
    }

    private void add(List<String> lines, List<String> guarded) {
        for (int i = 0; i < lines.size(); i++) {
            Matcher strike = STRIKE.matcher(lines.get(i));
            if (strike.matches()) {
                String end = outcomes(lines.subList(i, lines.size())).get(0);
                String example = strike.group(3) + ": " + strike.group(4);
                System.out.println(isa + ", " + strike.group(1) + " " + example + ": " + end);
                String ledAround = outcome(guarded.get(Integer.parseInt(strike.group(2))));
                cells.merge(strike.group(1), new Cell(outcome(end), ledAround, example), Cell::and);
            }
        }
    }

    private static String outcome(String line) {
        String how = line.startsWith(CaseRange.FAILED) ? line.substring(CaseRange.FAILED.length()) : line;
        return how.startsWith("FAILED ")
                ? WRONG
                : how.startsWith("SKIPPED ") ? REFUSED : how.equals("exit code 134") ? HEAP_OVERWRITTEN : how;
    }

    public static void main(String[] args) {
        List<String> levels = List.of(args).subList(1, args.length);
        var columns = new LinkedHashMap<String, Map<String, Cell>>();
        levels.forEach(isa -> columns.put(isa, observe(args[0], isa, ALL).cells()));
        print(levels, columns);
    }

    private static void print(List<String> levels, Map<String, Map<String, Cell>> columns) {
        System.out.println("\n| defect | " + String.join(" | ", levels) + " | seen on |");
        System.out.println("|---".repeat(levels.size() + 2) + "|");
        int reproduced = 0;
        int notGuarded = 0;
        List<String> defects = Stream.of(KnownDefect.values(), GradientDefect.values())
                .flatMap(Stream::of)
                .map(Enum::name)
                .toList();
        for (String defect : defects) {
            List<Cell> row = columns.values().stream()
                    .map(column -> column.getOrDefault(defect, Cell.NONE))
                    .toList();
            Cell worst = row.stream().reduce(Cell::and).orElseThrow();
            reproduced += worst.isReproduced() ? 1 : 0;
            notGuarded += List.of(RIGHT, REFUSED).contains(worst.guarded) ? 0 : 1;
            var line = new ArrayList<>(List.of("`" + defect + "`"));
            row.forEach(cell -> line.add(cell.toString()));
            line.add(worst.isReproduced() ? "`" + worst.example + "`" : "");
            System.out.println("| " + String.join(" | ", line) + " |");
        }
        System.out.println("\ndefects: " + defects.size() + " known, " + reproduced + " reproduced unguarded, "
                + notGuarded + " not right guarded");
    }
}
