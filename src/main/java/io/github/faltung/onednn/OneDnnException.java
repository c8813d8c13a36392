package io.github.faltung.onednn;

/** A call of oneDNN failed though the arguments were checked: too little memory, or a defect of oneDNN or of Faltung. */
public final class OneDnnException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What the call returned. */
    private final OneDnnStatus status;

    /** The function's name. */
    private final String call;

    OneDnnException(OneDnnStatus status, String call, String problem) {
        super(call + " returned " + status + ": " + problem + remedy(status));
        this.status = status;
        this.call = call;
    }

    private static String remedy(OneDnnStatus status) {
        return status == OneDnnStatus.OUT_OF_MEMORY
                ? " (too little native memory is left for its description, code, scratchpad or packed weights)"
                : " (run with ONEDNN_VERBOSE=all to see why)";
    }

    /** Returns what the call returned. */
    public OneDnnStatus status() {
        return status;
    }

    /** Returns the name of the function that was called. */
    public String call() {
        return call;
    }
}
