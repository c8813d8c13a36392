package io.github.faltung.onednn;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the native libraries come from and what is checked of them, as system properties say.
 *
 * @param folder the only one to load them from, or null for where JavaCPP finds them
 * @param mayExtract whether they may be copied out of their jars
 * @param verifies whether each file's SHA-256 is checked before it is loaded
 */
record NativeOptions(@Nullable Path folder, boolean mayExtract, boolean verifies) {
    static final String FOLDER = "faltung.natives.folder";
    static final String EXTRACT = "faltung.natives.extract";
    static final String VERIFY = "faltung.natives.verify";

    /** JavaCPP's name for {@link #EXTRACT}; holds for all that JavaCPP loads. */
    private static final String JAVACPP_EXTRACT = "org.bytedeco.javacpp.cacheLibraries";

    /** The folders that JNA looks for its library in before its jar. */
    static final String JNA_FOLDER = "jna.boot.library.path";

    private static final String JNA_FORBID = "jna.nounpack";

    /**
     * Reads the properties.
     *
     * @throws NativeLoadException if one has a value that it can't have
     */
    static NativeOptions read() {
        String folder = System.getProperty(FOLDER, "");
        boolean javaCppExtracts = flag(JAVACPP_EXTRACT, true);
        return new NativeOptions(
                folder.isEmpty() ? null : Path.of(folder).toAbsolutePath().normalize(),
                flag(EXTRACT, javaCppExtracts),
                flag(VERIFY, false));
    }

    private static boolean flag(String property, boolean byDefault) {
        String value = System.getProperty(property, String.valueOf(byDefault));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw NativeLoadException.because(
                        "-D" + property + " must be true or false, is '" + value + "'", "correct it", null);
        };
    }

    /**
     * Makes JavaCPP and JNA keep to these options, unless they were given others. They read theirs when they are used for the first time in
     * the process, which may have been before.
     */
    void passOn() {
        if (!mayExtract) {
            setIfAbsent(JAVACPP_EXTRACT, "false");
            setIfAbsent(JNA_FORBID, "true");
        }
        if (folder != null) {
            setIfAbsent(JNA_FOLDER, folder.toString());
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
