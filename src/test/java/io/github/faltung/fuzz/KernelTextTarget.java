package io.github.faltung.fuzz;

import io.github.faltung.image.ImageKernel;
import io.github.faltung.image.KernelFile;
import io.github.faltung.image.NamedKernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Kernels by name, and in text files. */
final class KernelTextTarget extends SpoiltTarget {
    private static final List<String> WORDS = List.of(
            "origin ",
            "origin 1 1\n",
            "#",
            "\n",
            ",",
            "/",
            "1/0",
            "0/0",
            "1e400",
            "NaN",
            "-1",
            "1/9 ",
            "1d",
            "0x1p2",
            ":",
            "=",
            "size=",
            "sigma=",
            "2147483647",
            "99999",
            "1e-300",
            "length=",
            "angle=",
            "-",
            "_",
            " ");

    KernelTextTarget() {
        super("kernel-text", sound(), WORDS, List.of(IllegalArgumentException.class));
    }

    private static List<byte[]> sound() {
        var all = new ArrayList<String>();
        for (NamedKernel kernel : NamedKernel.values()) {
            all.add(kernel.toString());
            if (!kernel.parameters().isEmpty()) {
                all.add(kernel + ":" + kernel.parameters());
            }
        }
        all.add("# the binomial filter\norigin 1 1\n1/16 2/16 1/16\n2/16 4/16 2/16\n1/16 2/16 1/16\n");
        all.add("1,2,3\n4,5,6");
        return texts(all);
    }

    /** Kernels by name have up to 1,023 × 1,023 weights, computed as doubles. */
    @Override
    long mostHeapBytes(byte[] input) {
        return 80 << 20;
    }

    @Override
    void feed(byte[] input) throws IOException {
        String text = text(input);
        ImageKernel kernel = NamedKernel.isNamed(text) ? NamedKernel.of(text) : KernelFile.read(file("kernel", input));
        for (float weight : kernel.toAwt().getKernelData(null)) {
            if (!Float.isFinite(weight)) {
                throw new AssertionError("a weight of " + weight);
            }
        }
    }
}
