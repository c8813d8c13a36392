package io.github.faltung.onednn;

import org.jspecify.annotations.Nullable;

/** The native libraries can't be loaded. The message says what was tried, why it failed, and what to do. */
public final class NativeLoadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NativeLoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
