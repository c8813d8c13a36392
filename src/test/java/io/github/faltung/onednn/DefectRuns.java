package io.github.faltung.onednn;

import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Runs what known defects strike: {@code DefectRuns FOLDER FROM-TO guarded} the lines of the problem files in a folder as users run them, {@code
 * DefectRuns FOLDER FROM-TO unguarded} each of them, for each defect that strikes it on this machine, with that one guard lifted. The latter may
 * crash, hang, or overwrite the JVM's memory.
 */
final class DefectRuns {
    /** Stands before how many strikes there are, those that may share a JVM and all, and the instruction set in effect. */
    static final String STRIKES = "strikes ";

    /** After these nothing in the same JVM can be trusted; they come last. */
    private static final Set<? extends Enum<?>> ALONE = Set.of(
            KnownDefect.NO_KERNEL_RIGHT_OF_SOURCE,
            KnownDefect.UNALIGNED_SUM,
            KnownDefect.SMALL_BUFFER_FOR_LONG_STRIDE,
            KnownDefect.HUGE_STRIDE,
            KnownDefect.HUGE_REACH,
            GradientDefect.STRIDED_FEW_CHANNELS);

    private DefectRuns() {}

    public static void main(String[] args) throws IOException {
        List<DefectCase> cases = DefectCase.all(Path.of(args[0]));
        CaseRange range = CaseRange.parse(args[1]);
        try (Engine reference = new ReferenceEngine();
                Engine guarded = OneDnnEngine.open()) {
            List<DefectCase.Strike> strikes = strikes(cases, guarded);
            if (args[2].equals("guarded")) {
                for (int i = range.from(); i < Math.min(range.to(), cases.size()); i++) {
                    begin(i, cases.get(i).toString());
                    end(cases.get(i).run(guarded, reference));
                }
                long together = strikes.stream()
                        .filter(strike -> !ALONE.contains(strike.defect()))
                        .count();
                System.out.println(STRIKES + together + " " + strikes.size() + " "
                        + OneDnnInfo.isa(dnnl.dnnl_get_effective_cpu_isa()));
            } else {
                for (int i = range.from(); i < range.to(); i++) {
                    runUnguarded(i, strikes.get(i), cases, reference);
                }
            }
        }
    }

    private static List<DefectCase.Strike> strikes(List<DefectCase> cases, Engine guarded) {
        var strikes = new ArrayList<DefectCase.Strike>();
        for (DefectCase each : cases) {
            strikes.addAll(each.strikes(guarded));
        }
        // Stable: the same order in each JVM.
        strikes.sort(Comparator.comparing(strike -> ALONE.contains(strike.defect())));
        return strikes;
    }

    private static void runUnguarded(int i, DefectCase.Strike strike, List<DefectCase> cases, Engine reference) {
        begin(
                i,
                strike.defect().name() + " " + cases.indexOf(strike.on()) + " " + strike.implementation() + " "
                        + strike.on());
        try (Engine unguarded = strike.unguarded()) {
            end(strike.on().run(unguarded, reference));
        }
    }

    private static void begin(int i, String what) {
        System.out.println(CaseRange.BEGINS + i + " " + what);
    }

    private static void end(String wrong) {
        System.out.println(wrong.isEmpty() ? DefectTable.RIGHT : CaseRange.FAILED + wrong);
    }
}
