package io.github.faltung.onednn;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/**
 * What is known of the loaded native libraries.
 *
 * @param version of oneDNN, such as {@code 3.11.0}
 * @param platform JavaCPP's name of it, such as {@code linux-x86_64}
 * @param runtime what runs oneDNN's threads: {@code OpenMP}, {@code TBB}, {@code threadpool} or {@code sequential}
 * @param effectiveIsa the instruction set that oneDNN generates code for, after {@code ONEDNN_MAX_CPU_ISA}
 * @param threads that an engine uses by default, see {@link OneDnnOptions#DEFAULT}
 * @param threadLimitFailure why the number can't be limited for a calling thread; empty if it can. Deformable layers are slower then
 * @param nativesDirectory from which the libraries were loaded
 * @param nativesOrigin how they came there and what was checked, such as {@code extracted, SHA-256 verified}
 * @param types what the machine runs for the commonest layer of each type, and whether that is slow
 * @param guardedDefects of this oneDNN, that problems are led around
 */
public record OneDnnInfo(
        String version,
        String platform,
        String runtime,
        String effectiveIsa,
        int threads,
        String threadLimitFailure,
        Path nativesDirectory,
        String nativesOrigin,
        List<String> types,
        List<String> guardedDefects) {
    /** Copies the lists. */
    public OneDnnInfo {
        types = List.copyOf(types);
        guardedDefects = List.copyOf(guardedDefects);
    }

    static OneDnnInfo read(List<TypeSupport> support) {
        dnnl_version_t version = dnnl.dnnl_version();
        return new OneDnnInfo(
                versionText(),
                Loader.getPlatform(),
                runtimeName(version.cpu_runtime()),
                isa(dnnl.dnnl_get_effective_cpu_isa()),
                OneDnnOptions.DEFAULT.threads(),
                OpenMpThreads.failure(),
                NativeLibrary.file().resolveSibling("").normalize(),
                NativeLibrary.origin(),
                support.stream().map(TypeSupport::toString).toList(),
                Guards.texts());
    }

    static String versionText() {
        dnnl_version_t version = dnnl.dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    private static String runtimeName(int runtime) {
        return switch (runtime) {
            case dnnl.DNNL_RUNTIME_SEQ -> "sequential";
            case dnnl.DNNL_RUNTIME_OMP -> "OpenMP";
            case dnnl.DNNL_RUNTIME_TBB -> "TBB";
            case dnnl.DNNL_RUNTIME_THREADPOOL -> "threadpool";
            default -> "runtime " + runtime;
        };
    }

    /** oneDNN's instruction sets are bit sets; each name here is one that {@code ONEDNN_MAX_CPU_ISA} takes. */
    static String isa(int isa) {
        return isArm() ? armIsa(isa) : x86Isa(isa);
    }

    static boolean isArm() {
        return Loader.getPlatform().endsWith("-arm64");
    }

    /** The presets have x86's names only; on AArch64 oneDNN gives the same numbers to other sets ({@code cpu/aarch64/cpu_isa_traits.hpp}). */
    static String armIsa(int isa) {
        return switch (isa) {
            case dnnl.dnnl_cpu_isa_sse41 -> "ADVANCED_SIMD";
            case dnnl.dnnl_cpu_isa_avx -> "SVE_128";
            case dnnl.dnnl_cpu_isa_avx2 -> "SVE_256";
            case dnnl.dnnl_cpu_isa_avx512_core -> "SVE_512";
            case dnnl.dnnl_cpu_isa_default -> "default";
            default -> "ISA 0x" + Integer.toHexString(isa);
        };
    }

    private static String x86Isa(int isa) {
        return switch (isa) {
            case dnnl.dnnl_cpu_isa_sse41 -> "SSE41";
            case dnnl.dnnl_cpu_isa_avx -> "AVX";
            case dnnl.dnnl_cpu_isa_avx2 -> "AVX2";
            case dnnl.dnnl_cpu_isa_avx2_vnni -> "AVX2_VNNI";
            case dnnl.dnnl_cpu_isa_avx2_vnni_2 -> "AVX2_VNNI_2";
            case dnnl.dnnl_cpu_isa_avx512_core -> "AVX512_CORE";
            case dnnl.dnnl_cpu_isa_avx512_core_vnni -> "AVX512_CORE_VNNI";
            case dnnl.dnnl_cpu_isa_avx512_core_bf16 -> "AVX512_CORE_BF16";
            case dnnl.dnnl_cpu_isa_avx10_1_512 -> "AVX10_1_512";
            case dnnl.dnnl_cpu_isa_avx10_1_512_amx -> "AVX10_1_512_AMX";
            case dnnl.dnnl_cpu_isa_avx10_1_512_amx_fp16 -> "AVX10_1_512_AMX_FP16";
            case dnnl.dnnl_cpu_isa_avx10_2_512 -> "AVX10_2_512";
            case dnnl.dnnl_cpu_isa_avx10_2_512_amx_2 -> "AVX10_2_512_AMX_2";
            case dnnl.dnnl_cpu_isa_default -> "default";
            default -> "ISA 0x" + Integer.toHexString(isa);
        };
    }
}
