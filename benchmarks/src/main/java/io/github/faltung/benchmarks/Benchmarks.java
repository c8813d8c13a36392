package io.github.faltung.benchmarks;

import io.github.faltung.benchmarks.contest.Contender;
import io.github.faltung.benchmarks.contest.ContenderProcess;
import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.contest.Roof;
import io.github.faltung.benchmarks.contest.Rounds;
import io.github.faltung.benchmarks.report.Report;
import io.github.faltung.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmarks/run}: starts the contenders, measures them in turns, reports. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Compares Faltung with its peers: each in a JVM of its own, verified first, rounds in turns.",
        showDefaultValues = true)
final class Benchmarks implements Callable<Integer> {
    @Option(names = "--suite", description = "What to measure: ${COMPLETION-CANDIDATES}.")
    private Suite suite = Suite.layers;

    @Option(names = "--layers", description = "A file of problem lines, for suite layers.")
    private Path layers = Path.of("layers.txt");

    @Option(names = "--layout", description = "Of the tensors in suite layers: nchw or nhwc, whatever the rank.")
    private String layout = "nchw";

    @Option(names = "--filter", description = "A regular expression: only layers whose name has a match.")
    private Pattern filter = Pattern.compile("");

    @Option(
            names = {"--peers", "--contenders"},
            split = ",",
            description = "Who takes part beside faltung; by default those that the suite names.")
    private List<String> peers = List.of();

    @Option(names = "--threads", description = "Threads of each contender; all processors if 0.")
    private int threads;

    @Option(names = "--rounds", description = "How often each contender has its turn.")
    private int rounds = 11;

    @Option(names = "--seconds", description = "About how long a turn is.")
    private double seconds = 0.04;

    @Option(names = "--warm-up", description = "For how many seconds each contender computes before it is measured.")
    private double warmUp = 1;

    @Option(names = "--out", description = "The folder for results.")
    private Path out = Path.of("results");

    private Benchmarks() {}

    /** Runs the command and exits with 0 if this library computed everything rightly. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmarks())
                .setOverwrittenOptionsAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        int each = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        List<Workload> workloads = suite.workloads(layers, layout, filter);
        List<Contender> contenders = contenders();
        var how = new Rounds(rounds, warmUp, seconds);
        Roof roof = suite == Suite.layers ? roof(each) : null;
        List<Heat> heats = measure(workloads, contenders, how, each);
        if (roof != null) {
            roof = roof.max(roof(each));
        }
        var report = new Report(suite.reportName(layout), each, how, contenders, roof, heats);
        report.write(out);
        System.out.print(report.text());
        System.out.println(report.summary());
        return heats.stream().allMatch(heat -> heat.measured().containsKey(Contender.FALTUNG)) ? 0 : 1;
    }

    private List<Contender> contenders() {
        var contenders = new ArrayList<Contender>(List.of(Contender.FALTUNG));
        List<String> names = peers.isEmpty() ? suite.peers(layout) : peers;
        names.stream()
                .map(Contender::named)
                .filter(one -> !contenders.contains(one))
                .forEach(contenders::add);
        return contenders;
    }

    private static List<Heat> measure(List<Workload> workloads, List<Contender> contenders, Rounds how, int threads) {
        var heats = new ArrayList<Heat>();
        var processes = new ArrayList<ContenderProcess>();
        try {
            contenders.forEach(one -> processes.add(new ContenderProcess(one, threads)));
            warm(processes, workloads.get(0), how);
            for (Workload workload : workloads) {
                System.err.println("measuring " + workload.name());
                heats.add(how.measure(workload, processes));
            }
        } finally {
            processes.forEach(ContenderProcess::close);
        }
        return heats;
    }

    /** Has the JDK's compiler see every contender at work before the first workload counts. */
    private static void warm(List<ContenderProcess> processes, Workload workload, Rounds how) {
        new Rounds(1, Math.max(1, how.warmUpSeconds()), how.roundSeconds()).measure(workload, processes);
    }

    private static @Nullable Roof roof(int threads) {
        try (var raw = new ContenderProcess(Contender.RAW, threads)) {
            return Roof.measure(raw);
        }
    }
}
