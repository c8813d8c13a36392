package io.github.faltung.benchmarks.report;

import static io.github.faltung.benchmarks.report.Figures.NOTHING;
import static io.github.faltung.benchmarks.report.Figures.millis;
import static io.github.faltung.benchmarks.report.Figures.number;
import static io.github.faltung.benchmarks.report.Figures.ratio;

import io.github.faltung.benchmarks.contest.Contender;
import io.github.faltung.benchmarks.contest.Heat;
import io.github.faltung.benchmarks.contest.Measurement;
import io.github.faltung.benchmarks.workload.PictureFilter;
import io.github.faltung.benchmarks.workload.PictureType;
import io.github.faltung.benchmarks.workload.PictureWorkload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What a report tells of pictures: how far the others' samples are off, and the means over the workloads for which a speed is promised. */
record PictureSheet(Report report) implements Sheet {
    /** Sizes of the comparison with {@code ConvolveOp}. */
    private static final List<Integer> COMMON_SIZES = List.of(3, 5, 11);

    /** From this size on a kernel is large. */
    private static final int LARGE = 11;

    @Override
    public List<String> heading() {
        var row = new ArrayList<String>(List.of("picture", "faltung ms"));
        for (Contender other : report.others()) {
            row.addAll(List.of(other + " ms", "speed-up", "off by"));
        }
        return row;
    }

    @Override
    public List<String> row(Heat heat) {
        Measurement ours = heat.measured().get(Contender.FALTUNG);
        var row = new ArrayList<String>(
                List.of(heat.workload().name(), ours == null ? "refused" : millis(ours.median())));
        for (Contender other : report.others()) {
            Measurement theirs = heat.measured().get(other);
            row.add(theirs == null ? "refused" : millis(theirs.median()));
            row.add(ratio(heat.speedUpOver(other)));
            row.add(theirs == null ? NOTHING : number("%.0f", theirs.worstRatio()));
        }
        return row;
    }

    @Override
    public String notes() {
        Summary large = over(
                Contender.OPENCV,
                picture ->
                        isGreyOrBgr(picture) && picture.size() >= LARGE && picture.filter() == PictureFilter.OBLIQUE);
        return "off by: steps, of 256, from the sum rounded as the contender does: OpenCV to the nearest, the others down\n"
                + String.format(
                        Locale.ROOT, "geomean over OpenCV at 11×11 and above, not separable: %.2f%n", large.geomean());
    }

    /** Returns geometric means and the worst workload: over {@code ConvolveOp} without Gaussians, over OpenCV with them. */
    @Override
    public String summary() {
        Summary convolveOp = over(
                Contender.CONVOLVE_OP,
                picture -> picture.filter() == PictureFilter.OBLIQUE && COMMON_SIZES.contains(picture.size()));
        Summary openCv = over(
                Contender.OPENCV,
                picture -> isGreyOrBgr(picture)
                        && (picture.filter() == PictureFilter.OBLIQUE || picture.filter() == PictureFilter.GAUSS));
        return String.format(
                Locale.ROOT,
                "geomean over ConvolveOp %.1f, over OpenCV %.2f, worst over OpenCV %.2f (%s)",
                convolveOp.geomean(),
                openCv.geomean(),
                openCv.worst(),
                openCv.worstName());
    }

    private static boolean isGreyOrBgr(PictureWorkload picture) {
        return picture.type() != PictureType.intrgb;
    }

    private Summary over(Contender other, Predicate<PictureWorkload> wanted) {
        List<Heat> heats = report.heats().stream()
                .filter(heat -> heat.workload() instanceof PictureWorkload picture && wanted.test(picture))
                .toList();
        return Summary.of(heats, heat -> heat.speedUpOver(other));
    }

    @Override
    public void plot(Path folder) throws IOException {
        new Plots(report).speedUps(folder);
    }
}
