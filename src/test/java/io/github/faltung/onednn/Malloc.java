package io.github.faltung.onednn;

import com.sun.jna.Function;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;

/** What glibc's {@code malloc} says of itself: tells memory that somebody keeps from memory that is free in pieces. */
final class Malloc {
    private static final double MEGABYTE = 1 << 20;

    private Malloc() {}

    /** C's {@code struct mallinfo2}, glibc 2.33 and later. */
    @FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static final class Info extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    /** Gives the pages back to the system that lie in free pieces: what then is resident, somebody keeps. */
    static void trim() {
        Function.getFunction("c", "malloc_trim").invokeInt(new Object[] {0L});
    }

    /** Returns what it says, or that another has taken its place, of which it knows nothing. */
    static String text() {
        var info = (Info) Function.getFunction("c", "mallinfo2").invoke(Info.class, new Object[0]);
        if (info.uordblks == 0) {
            return "not glibc's";
        }
        return String.format(
                "%.1f MB in use, %.1f MB mapped, %.1f MB free in %d pieces",
                info.uordblks / MEGABYTE, info.hblkhd / MEGABYTE, info.fordblks / MEGABYTE, info.ordblks);
    }
}
