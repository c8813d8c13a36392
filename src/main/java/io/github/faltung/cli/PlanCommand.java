package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.planning.PlanningEngine;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.planning.Way;
import io.github.faltung.planning.Wisdom;
import io.github.faltung.tensor.Layout;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code faltung plan}: what the planner would do, and why. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Prints in which ways a problem can be said, the best first, with what each is estimated to take; "
                        + "with --measure those that look best are run.",
        footer = "Example: faltung plan \"deconv ic64ih112oc3oh224kh4sh2ph1\" --measure --wisdom wisdom.txt")
final class PlanCommand implements Runnable {
    @Parameters(
            paramLabel = "PROBLEM",
            arity = "1..*",
            description = "Problem lines such as ic64ih56oc64kh3ph1; without mb the minibatch is 1.")
    private List<String> problems = List.of();

    @Option(names = "--measure", description = "Run the most promising ways and rank them by that.")
    private boolean measure;

    @Option(
            names = "--wisdom",
            paramLabel = "FILE",
            description = "Look choices up in this file, and remember in it what is measured.")
    private @Nullable Path wisdom;

    @Option(
            names = "--layout",
            converter = LayoutChoice.Converter.class,
            description = "Layout of source and destination: nchw, nhwc or all; default: nchw.")
    private LayoutChoice layouts = LayoutChoice.NCHW;

    @Option(names = "--most", paramLabel = "N", description = "Print so many ways.", defaultValue = "8")
    private int most = 8;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        Argument.require(spec, most >= 0, "--most must be at least 0, but was " + most);
        List<ConvolutionProblem> parsed =
                problems.stream().map(line -> LayerChoice.problem(spec, line)).toList();
        PrintWriter out = spec.commandLine().getOut();
        try (PlanningEngine engine = PlanningEngine.over(OneDnnEngine.open(), options())) {
            out.println(engine.fingerprint());
            for (ConvolutionProblem problem : parsed) {
                layouts.arrangements().forEach(arrangement -> print(out, engine, problem, arrangement.src()));
            }
        }
    }

    private void print(PrintWriter out, PlanningEngine engine, ConvolutionProblem problem, Layout layout) {
        out.println(problem + ", " + layout);
        if (problem.descriptor().types().isInteger()) {
            out.println("  as it is: layers of integers are not said in other ways");
            return;
        }
        List<Way> ways = engine.ways(problem, layout);
        ways.stream().limit(most).forEach(way -> out.println("  " + way));
        if (ways.size() > most) {
            out.println("  and " + (ways.size() - most) + " more");
        }
        out.flush();
    }

    private PlanningOptions options() {
        PlanningOptions options = PlanningOptions.DEFAULT.withMode(
                measure ? PlanningOptions.Mode.MEASURE : PlanningOptions.Mode.ESTIMATE);
        return wisdom == null ? options : options.withWisdom(Wisdom.at(wisdom));
    }
}
