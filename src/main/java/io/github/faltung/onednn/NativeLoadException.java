package io.github.faltung.onednn;

import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** The native libraries can't be loaded. The message says what was tried, why it failed, and what to do. */
public final class NativeLoadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private NativeLoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Says in one sentence each why the libraries can't be loaded, and what to do about it.
     *
     * @param reason what follows "can't be loaded on this host:", without a full stop
     * @param remedy what follows "Remedy:", without a full stop
     */
    static NativeLoadException because(String reason, String remedy, @Nullable Throwable cause) {
        return new NativeLoadException(
                "oneDNN's native libraries can't be loaded on " + host() + ": " + reason + ". Remedy: " + remedy + ".",
                cause);
    }

    /** Says once more what another has said: one with the stack of who asks this time. */
    static NativeLoadException again(NativeLoadException first) {
        return new NativeLoadException(String.valueOf(first.getMessage()), first.getCause());
    }

    private static String host() {
        return Loader.getPlatform() + " (" + System.getProperty("os.name") + " " + System.getProperty("os.version")
                + ", Java " + Runtime.version() + ")";
    }
}
