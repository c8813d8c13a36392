package io.github.faltung.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
    private static final String DEFORMABLE = "deformable";

    @Option(names = "--suite", description = "What to measure: " + DEFORMABLE + ".")
    private String suite = DEFORMABLE;

    @Option(
            names = "--contenders",
            split = ",",
            description = "Who takes part; the others are compared with the first.",
            defaultValue = "faltung,onnxruntime,onnxruntime-passive,reference")
    private List<String> contenders = List.of();

    @Option(names = "--threads", description = "Threads of each contender; all processors if 0.")
    private int threads;

    @Option(names = "--rounds", description = "How often each contender has its turn.")
    private int rounds = 11;

    @Option(names = "--seconds", description = "About how long a turn is.")
    private double seconds = 0.1;

    @Option(names = "--warm-up", description = "For how many seconds each contender computes before it is measured.")
    private double warmUp = 3;

    @Option(names = "--out", description = "The folder for results.json.")
    private Path out = Path.of("results");

    private Benchmarks() {}

    /** Runs the command and exits with 0 if all contenders were right. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmarks())
                .setOverwrittenOptionsAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (!suite.equals(DEFORMABLE)) {
            throw new IllegalArgumentException("suite must be " + DEFORMABLE + ", but was " + suite);
        }
        int each = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        var how = new Rounds(rounds, warmUp, seconds);
        var measurements = new ArrayList<Measurement>();
        var processes = new ArrayList<ContenderProcess>();
        try {
            contenders.forEach(name -> processes.add(new ContenderProcess(Contender.named(name), each)));
            for (Workload workload : Workload.all()) {
                System.err.println("measuring " + workload.name());
                measurements.addAll(how.measure(workload, processes));
            }
        } finally {
            processes.forEach(ContenderProcess::close);
        }
        var report = new Report(suite, each, how, measurements);
        report.write(out.resolve("results.json"));
        System.out.print(report.table());
        return 0;
    }
}
