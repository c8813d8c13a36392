package io.github.faltung.onednn;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;

/** Instruction sets of x86 that tests choose by {@code ONEDNN_MAX_CPU_ISA}, each of which contains the one before. */
final class InstructionSets {
    private static final Map<String, Integer> SETS = Map.of(
            "SSE41", dnnl.dnnl_cpu_isa_sse41,
            "AVX2", dnnl.dnnl_cpu_isa_avx2,
            "AVX512_CORE", dnnl.dnnl_cpu_isa_avx512_core);

    private InstructionSets() {}

    /** Aborts the test at a set that is this CPU's largest, or larger: it would do again what it does at {@code DEFAULT}. */
    static void assumeSmallerThanDefault(String isa) {
        Integer set = SETS.get(isa);
        if (set == null) {
            return;
        }
        NativeLibrary.require();
        int largest = dnnl.dnnl_get_effective_cpu_isa();
        assumeThat(!OneDnnInfo.isArm() && set != largest && (set & largest) == set)
                .as("this CPU has more than " + isa)
                .isTrue();
    }
}
