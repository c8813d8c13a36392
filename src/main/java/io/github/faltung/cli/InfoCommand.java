package io.github.faltung.cli;

import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnInfo;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code faltung info}: what a bug report should begin with. */
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Prints the platform, the native libraries, oneDNN's version and instruction set, the threads, what runs for each type, and the "
                        + "known defects that are guarded.",
        footer = "Exits with 1 if the native libraries do not load, and says why and what to do.")
final class InfoCommand implements Runnable {
    @Option(
            names = {"-v", "--verbose"},
            description = "Print the JDK's folder too, and the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        print(out, "Faltung", Version.text());
        print(
                out,
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors");
        print(out, "JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
        if (verbose) {
            print(out, "JDK home", System.getProperty("java.home"));
        }
        out.flush();
        OneDnnInfo info = OneDnnEngine.info();
        print(out, "platform", info.platform());
        print(out, "natives", info.nativesDirectory() + ", " + info.nativesOrigin());
        print(out, "oneDNN", info.version());
        print(out, "ISA", info.effectiveIsa());
        print(out, "threads", info.threads() + ", " + info.runtime());
        info.types().forEach(type -> print(out, "type", type));
        if (!info.threadLimitFailure().isEmpty()) {
            print(out, "slower", "the threads of a calling thread can't be limited: " + info.threadLimitFailure());
        }
        for (String defect : info.guardedDefects()) {
            print(out, "guarded", defect);
        }
        out.flush();
    }

    private static void print(PrintWriter out, String name, String value) {
        out.printf("%-10s%s%n", name, value);
    }
}
