package io.github.faltung.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** What a call of oneDNN's C API returned. */
public enum OneDnnStatus {
    /** The call did what it should. */
    SUCCESS(dnnl.dnnl_success),
    /** Memory could not be allocated. */
    OUT_OF_MEMORY(dnnl.dnnl_out_of_memory),
    /** The arguments contradict each other or the API. */
    INVALID_ARGUMENTS(dnnl.dnnl_invalid_arguments),
    /** The arguments are valid, but no implementation takes them. */
    UNIMPLEMENTED(dnnl.dnnl_unimplemented),
    /** There is no further implementation. */
    LAST_IMPL_REACHED(dnnl.dnnl_last_impl_reached),
    /** The call failed while it ran. */
    RUNTIME_ERROR(dnnl.dnnl_runtime_error),
    /** The queried thing does not apply. */
    NOT_REQUIRED(dnnl.dnnl_not_required);

    private final int code;

    OneDnnStatus(int code) {
        this.code = code;
    }

    static OneDnnStatus of(int code) {
        for (OneDnnStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        throw new IllegalStateException("oneDNN returned the unknown status " + code);
    }

    /**
     * Throws unless a call succeeded.
     *
     * @param call the function's name
     * @param problem what it was called for
     */
    static void check(int code, String call, Object problem) {
        if (code != dnnl.dnnl_success) {
            throw new OneDnnException(of(code), call, problem.toString());
        }
    }
}
