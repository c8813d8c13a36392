package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/** How a primitive finds the elements of its source or destination. */
enum Form {
    CHANNELS_FIRST,
    CHANNELS_LAST,
    /** In blocks of as many channels as a vector register holds, filled up with zeros. */
    BLOCKED;

    /** Returns a plain layout's. */
    static Form of(Layout plain) {
        return plain == Layout.CHANNELS_LAST ? CHANNELS_LAST : CHANNELS_FIRST;
    }

    /** Describes a tensor of this form. */
    dnnl_memory_desc desc(NativeEngine engine, NativeHandles owner, DataType type, long[] dims) {
        return switch (this) {
            case CHANNELS_FIRST -> ForwardImplementation.plain(engine, owner, type, dims, Layout.CHANNELS_FIRST);
            case CHANNELS_LAST -> ForwardImplementation.plain(engine, owner, type, dims, Layout.CHANNELS_LAST);
            case BLOCKED -> engine.tagged(owner, type, dims, blocks(dims.length));
        };
    }

    private static int blocks(int rank) {
        boolean eight = !Machine.hasWideVectors();
        return switch (rank) {
            case 3 -> eight ? dnnl.dnnl_aBc8b : dnnl.dnnl_aBc16b;
            case 4 -> eight ? dnnl.dnnl_aBcd8b : dnnl.dnnl_aBcd16b;
            case 5 -> eight ? dnnl.dnnl_aBcde8b : dnnl.dnnl_aBcde16b;
            default -> throw new IllegalArgumentException("rank must be from 3 to 5, but was " + rank);
        };
    }
}
