package io.github.faltung.cli;

import static java.util.Map.entry;

import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo's results as one HTML file that needs no other: {@code demo-page.html} with its places filled.
 *
 * @param engine its name
 * @param description of the engine, in one line
 */
record DemoPage(
        String engine,
        String description,
        DemoPhoto photo,
        List<DemoResult> results,
        List<DemoLesson.Outcome> lessons,
        List<DemoDrawing> drawings) {
    private static final String TEMPLATE = "demo-page.html";
    private static final String DARK = "(prefers-color-scheme: dark)";
    private static final String NO_MOTION = "(prefers-reduced-motion: reduce)";
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    String verdict() {
        long passed = results.stream().filter(DemoResult::passed).count()
                + lessons.stream().filter(DemoLesson.Outcome::passed).count();
        return passed + " passed, " + (results.size() + lessons.size() - passed) + " failed";
    }

    boolean passed() {
        return results.stream().allMatch(DemoResult::passed) && lessons.stream().allMatch(DemoLesson.Outcome::passed);
    }

    String html() {
        Map<String, String> content = Map.ofEntries(
                entry("verdict", escape(verdict())),
                entry("outcome", passed() ? "passed" : "failed"),
                entry("engine", escape(engine)),
                entry("description", escape(description)),
                entry("machine", escape(DemoMachine.describe())),
                entry("photo", escape(photo.description())),
                entry("figures", figures()),
                entry("stills", drawings(false)),
                entry("animations", drawings(true)),
                entry("rows", rows()),
                entry("lessons", lessonLines()));
        return PLACE.matcher(template()).replaceAll(place -> Matcher.quoteReplacement(content.get(place.group(1))));
    }

    private static String template() {
        try (InputStream in = DemoPage.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException(TEMPLATE + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("can't read " + TEMPLATE, e);
        }
    }

    private String figures() {
        var html = new StringBuilder(figure(photo.picture(), "the photograph"));
        for (DemoResult result : results) {
            if (result.picture() != null) {
                html.append(figure(result.picture(), result.row().name()));
            }
        }
        return html.toString();
    }

    private static String figure(Picture picture, String caption) {
        return "<figure><img width=\"" + picture.width() + "\" height=\"" + picture.height() + "\" alt=\""
                + escape(caption)
                + "\" src=\"" + data("image/png", PictureFile.png(picture)) + "\"><figcaption>" + escape(caption)
                + "</figcaption></figure>\n";
    }

    private String drawings(boolean animated) {
        var html = new StringBuilder();
        drawings.stream()
                .filter(drawing -> drawing.isAnimation() == animated)
                .forEach(drawing -> html.append(figure(drawing)));
        return html.toString();
    }

    private static String figure(DemoDrawing drawing) {
        DemoImage image = drawing.image();
        DemoImage still = drawing.still();
        String caption = escape(drawing.caption());
        return "<figure><picture>"
                + (still == null
                        ? ""
                        : source(NO_MOTION + " and " + DARK, still, still.dark())
                                + source(NO_MOTION, still, still.light()))
                + source(DARK, image, image.dark())
                + "<img width=\"" + image.width() + "\" height=\"" + image.height() + "\" alt=\"" + caption
                + "\" src=\"" + data(image.type(), image.light()) + "\"></picture><figcaption>" + caption
                + "</figcaption></figure>\n";
    }

    /** Returns what is shown instead, if a condition holds and none before did. */
    private static String source(String media, DemoImage image, byte[] file) {
        return "<source media=\"" + media + "\" width=\"" + image.width() + "\" height=\"" + image.height()
                + "\" srcset=\"" + data(image.type(), file) + "\">";
    }

    private static String data(String type, byte[] file) {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(file);
    }

    private String lessonLines() {
        var html = new StringBuilder();
        lessons.forEach(
                lesson -> html.append("<p>").append(escape(lesson.toString())).append("</p>\n"));
        return html.toString();
    }

    private String rows() {
        var html = new StringBuilder();
        String section = "";
        for (DemoResult result : results) {
            if (!result.row().section().equals(section)) {
                section = result.row().section();
                html.append("<tr class=\"section\"><th colspan=\"8\" scope=\"rowgroup\">")
                        .append(escape(section))
                        .append("</th></tr>\n");
            }
            html.append(row(result));
        }
        return html.toString();
    }

    private static String row(DemoResult result) {
        String outcome = result.passed() ? "passed" : "failed";
        String row = "<tr class=\"" + outcome + "\">"
                + "<td>" + escape(result.row().name()) + "<div class=\"code\">"
                + breakable(result.problem().toString()) + "</div></td>"
                + cell("code", result.row().layoutText())
                + "<td class=\"code\">" + breakable(result.implementation()) + "</td>"
                + cell("number", DemoTable.millis(result.engineMillis()))
                + cell("number", DemoTable.millis(result.referenceMillis()))
                + cell("number", DemoTable.speedUp(result.speedUp()).replace("x", "×"))
                + cell("number", DemoTable.ratio(result.errorToBound()))
                + cell("verdict", outcome)
                + "</tr>\n";
        return result.passed()
                ? row
                : row + "<tr class=\"failed\"><td colspan=\"8\">" + escape(result.failure()) + "</td></tr>\n";
    }

    private static String cell(String kind, String text) {
        return "<td class=\"" + kind + "\">" + escape(text) + "</td>";
    }

    /** Escapes, and allows a line to break where that does not tear a name apart. */
    private static String breakable(String code) {
        return escape(code).replace("+", "+<wbr>").replace(" --", "<wbr> --");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
