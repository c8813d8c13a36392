package io.github.faltung.onednn;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.regex.Pattern;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The kernels of oneDNN's own matrix product of f32, which implementations with {@code gemm} in their names run on. oneDNN compiles them when
 * the first of these runs, once and for all: where memory runs out in it, each later one fails too, or goes through loops many times as slow. So they are compiled when the first is
 * prepared, where {@linkplain NativeRoom it was tried} whether there is memory. Where they can't be, oneDNN's other implementations have to
 * do.
 *
 * <p>The products of other types keep what failed in the same way, and are right then, but slow for good.
 */
final class ProductKernels {
    private static final Pattern USER = Pattern.compile("(?<!br)gemm:");

    /** Large enough for a kernel of any vector length. */
    static final int SIZE = 16;

    /** Columns that oneDNN has kernels of their own for. */
    private static final int FEW = 2;

    private static boolean compiled;

    private ProductKernels() {}

    /**
     * Sees that they are compiled if an implementation needs them.
     *
     * @return oneDNN's status
     */
    static int compileFor(String implementation) {
        return USER.matcher(implementation).find() ? compile() : dnnl.dnnl_success;
    }

    private static synchronized int compile() {
        if (compiled) {
            return dnnl.dnnl_success;
        }
        int status = multiply('N', SIZE);
        if (status == dnnl.dnnl_success) {
            status = multiply('T', FEW);
        }
        compiled = status == dnnl.dnnl_success;
        return status;
    }

    /** Multiplies zeros on the calling thread: a matrix of as many rows as asked for by one that may be transposed. */
    static int multiply(char transposed, int rows) {
        int before = OpenMpThreads.limit(1);
        // Not JavaCPP's own allocations, see NativeStruct.
        try (Tensor zeros = Tensor.allocate(Dims.of(SIZE, SIZE));
                Tensor product = Tensor.allocate(Dims.of(SIZE, SIZE))) {
            FloatsAt factor = new FloatsAt().at(zeros.address());
            return dnnl.dnnl_sgemm(
                    (byte) 'N',
                    (byte) transposed,
                    rows,
                    SIZE,
                    SIZE,
                    1,
                    factor,
                    SIZE,
                    factor,
                    SIZE,
                    0,
                    new FloatsAt().at(product.address()),
                    SIZE);
        } finally {
            OpenMpThreads.limit(before);
        }
    }
}
