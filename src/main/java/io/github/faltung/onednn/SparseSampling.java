package io.github.faltung.onednn;

import io.github.faltung.tensor.Dims;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's product of a sparse matrix (CSR) and a dense one, where it is compiled for the processor. Immutable; each worker runs it with a
 * {@link SparseProduct} of its own.
 *
 * <p>Source: oneDNN 3.11 documentation, <em>Matrix Multiplication</em>, on sparsity.
 *
 * @param matrix {@code [rows, K]}
 * @param src {@code [K, N]}
 * @param columns {@code [rows, N]}
 * @param rows the matrix has exactly so many
 * @param entries the matrix has at most so many
 */
record SparseSampling(
        dnnl_memory_desc matrix,
        dnnl_memory_desc src,
        dnnl_memory_desc columns,
        Primitive primitive,
        int rows,
        int entries) {
    /** oneDNN's name of the one implementation that is not a reference loop. */
    private static final String COMPILED = "jit:uni";

    /**
     * Compiles the product, or returns {@code null} where oneDNN has reference loops only.
     *
     * @param owner takes over what is made, also if that fails midway
     * @param source {@code [K, N]}
     */
    static @Nullable SparseSampling compile(
            NativeEngine engine, NativeHandles owner, Dims source, int rows, int entries, Object problem) {
        var matrix = owner.own(new dnnl_memory_desc(), dnnl::dnnl_memory_desc_destroy);
        long[] dims = {rows, source.get(0)};
        OneDnnStatus.check(
                dnnl.dnnl_memory_desc_create_with_csr_encoding(
                        matrix, dims.length, dims, dnnl.dnnl_f32, entries, dnnl.dnnl_s32, dnnl.dnnl_s32),
                "dnnl_memory_desc_create_with_csr_encoding",
                problem);
        dnnl_memory_desc src = rowMajor(engine, owner, source.get(0), source.get(1));
        dnnl_memory_desc columns = rowMajor(engine, owner, rows, source.get(1));
        var desc = Primitive.description(owner, problem);
        int status = dnnl.dnnl_matmul_primitive_desc_create(
                desc, engine.handle(), matrix, src, null, columns, engine.attributes(owner));
        if (status == dnnl.dnnl_unimplemented) {
            return null;
        }
        OneDnnStatus.check(status, "dnnl_matmul_primitive_desc_create", problem);
        if (!Primitive.implementationName(desc).equals(COMPILED)) {
            return null;
        }
        return new SparseSampling(matrix, src, columns, Primitive.create(owner, desc, problem), rows, entries);
    }

    private static dnnl_memory_desc rowMajor(NativeEngine engine, NativeHandles owner, long rows, long width) {
        return engine.strided(owner, new long[] {rows, width}, new long[] {width, 1});
    }
}
