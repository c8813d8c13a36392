package io.github.faltung.onednn;

/** Where the native libraries come from. */
sealed interface NativeSource permits ExtractedNatives, NativeFolder {
    /**
     * Does all up to the point from which JavaCPP's loader goes on by itself: each file is there, and was checked.
     *
     * @return in a few words how the files came to be where they are, and what was checked
     * @throws NativeLoadException if one is missing, or must not be loaded
     */
    String prepare(LibraryCheck check);
}
