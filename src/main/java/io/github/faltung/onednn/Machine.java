package io.github.faltung.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;

/** The CPU as oneDNN sees it. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private static final String CPU = cpu();

    /** Linux' and Windows' way of naming the family. */
    private static final Pattern ZEN_4 = Pattern.compile("AuthenticAMD 25 |Family 25 .*AuthenticAMD");

    /** Zen 2 is of the same family, its models are from 0x31 on. */
    private static final Pattern ZEN_1 =
            Pattern.compile("AuthenticAMD 23 ([1-9]|[1-3][0-9]) |Family 23 Model ([1-9]|[1-3][0-9]) .*AuthenticAMD");

    private static final Set<Integer> WITHOUT_AVX512 = Set.of(
            dnnl.dnnl_cpu_isa_sse41,
            dnnl.dnnl_cpu_isa_avx,
            dnnl.dnnl_cpu_isa_avx2,
            dnnl.dnnl_cpu_isa_avx2_vnni,
            dnnl.dnnl_cpu_isa_avx2_vnni_2);

    private static final Set<Integer> WITH_TILES = Set.of(
            dnnl.dnnl_cpu_isa_avx512_core_amx,
            dnnl.dnnl_cpu_isa_avx512_core_amx_fp16,
            dnnl.dnnl_cpu_isa_avx10_2_512_amx_2);

    private static final Set<Integer> WITH_BF16 = Set.of(
            dnnl.dnnl_cpu_isa_avx512_core_bf16, dnnl.dnnl_cpu_isa_avx512_core_fp16, dnnl.dnnl_cpu_isa_avx10_2_512);

    private static final Set<Integer> WITH_DOT_PRODUCTS =
            Set.of(dnnl.dnnl_cpu_isa_avx512_core_vnni, dnnl.dnnl_cpu_isa_avx2_vnni, dnnl.dnnl_cpu_isa_avx2_vnni_2);

    private Machine() {}

    /** Returns CPU, instruction set, threads and oneDNN's version in one line. */
    static String fingerprint(int threads) {
        return CPU + ", " + OneDnnInfo.isa(dnnl.dnnl_get_effective_cpu_isa()) + ", " + threads + " threads, oneDNN "
                + OneDnnInfo.versionText();
    }

    /** Returns whether vectors of 16 floats are in effect: AVX-512 or AVX10. */
    static boolean hasWideVectors() {
        return !WITHOUT_AVX512.contains(dnnl.dnnl_get_effective_cpu_isa());
    }

    /** Returns how many f32 numbers a vector of oneDNN's kernels holds. */
    static int vectorLength() {
        int isa = dnnl.dnnl_get_effective_cpu_isa();
        // The number of AVX is that of SVE's 128 bits.
        if (isa == dnnl.dnnl_cpu_isa_sse41 || (OneDnnInfo.isArm() && isa == dnnl.dnnl_cpu_isa_avx)) {
            return 4;
        }
        return hasWideVectors() ? 16 : 8;
    }

    /** Returns how many f32 numbers an operation works on at once. Zen 4 has AVX-512, Zen 1 has AVX2, and each does their operations in two halves. */
    static int lanes() {
        int vector = vectorLength();
        boolean cuts = (vector == 16 && ZEN_4.matcher(CPU).find())
                || (vector == 8 && ZEN_1.matcher(CPU).find());
        return cuts ? vector / 2 : vector;
    }

    /** Returns whether vectors of 16 floats are in effect, and the processor works on each in two halves. */
    static boolean cutsVectors() {
        return hasWideVectors() && lanes() < vectorLength();
    }

    /** Returns about how many products of bf16 numbers are computed in the time of one of f32 numbers. */
    static double relativeSpeedOfBf16() {
        int isa = dnnl.dnnl_get_effective_cpu_isa();
        if (WITH_TILES.contains(isa)) {
            return 8;
        }
        return WITH_BF16.contains(isa) ? 2 : 0.5;
    }

    /** Returns the same of 8-bit integers. Tiles compute 32 times as many, of which layers are 4 to 10 times as fast. */
    static double relativeSpeedOfBytes() {
        int isa = dnnl.dnnl_get_effective_cpu_isa();
        if (WITH_TILES.contains(isa)) {
            return 8;
        }
        return WITH_BF16.contains(isa) || WITH_DOT_PRODUCTS.contains(isa) ? 4 : 1;
    }

    private static String cpu() {
        if (Files.isReadable(CPU_INFO)) {
            // Bytes as they are: nothing says in which charset a hypervisor names its CPU.
            try (Stream<String> lines = Files.lines(CPU_INFO, StandardCharsets.ISO_8859_1)) {
                String model = lines.takeWhile(line -> !line.isBlank())
                        .filter(line -> line.matches("(vendor_id|cpu family|model|model name|CPU part)\\s*:.*"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .collect(Collectors.joining(" "));
                if (!model.isBlank()) {
                    return model.replaceAll("\\s+", " ");
                }
            } catch (IOException | UncheckedIOException e) {
                System.getLogger(Machine.class.getName())
                        .log(System.Logger.Level.DEBUG, "the CPU's name can't be read from " + CPU_INFO, e);
            }
        }
        String identifier = System.getenv("PROCESSOR_IDENTIFIER"); // Windows
        return identifier == null ? System.getProperty("os.name") + " " + System.getProperty("os.arch") : identifier;
    }
}
