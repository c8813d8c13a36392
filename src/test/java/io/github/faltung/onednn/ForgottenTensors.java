package io.github.faltung.onednn;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;

/** Allocates many times what is allowed and closes nothing, while the heap stays empty. For a child JVM. */
final class ForgottenTensors {
    private ForgottenTensors() {}

    public static void main(String[] args) {
        for (int i = 0; i < 100; i++) {
            Tensor.allocate(Dims.of(4 << 20)).set(1, i);
        }
        System.out.println("100 forgotten");
    }
}
