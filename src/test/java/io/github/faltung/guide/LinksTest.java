package io.github.faltung.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.guide.MarkdownPage.Heading;
import io.github.faltung.guide.MarkdownPage.Part;
import io.github.faltung.guide.MarkdownPage.Row;
import io.github.faltung.guide.MarkdownPage.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links of the project's Markdown lead to something. Those to other sites are not followed: their addresses are only read. */
class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern NAMED_PLACE = Pattern.compile("<a id=\"([^\"]+)\">");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");

    /** Links to the generated API, which {@code mvn compile site} puts beside the guide's pages. */
    private static final Pattern API = Pattern.compile(
            "apidocs/io.github.faltung/(io/github/faltung/(?:\\w+/)*)(\\w+)(?:-summary)?[\\w.]*\\.html");

    /** How the guide links to this project's other files: they are no part of the site. */
    private static final String FORGE = "https://github.com/faltung/faltung/blob/main/";

    /** A link, and where it stands. */
    private record Link(Path file, int line, String target) {
        @Override
        public String toString() {
            return file + ":" + line + " " + target;
        }
    }

    private static List<Link> links() throws IOException {
        var links = new ArrayList<Link>();
        for (Path file : Documents.all()) {
            for (Part part : MarkdownPage.read(file).parts()) {
                Matcher matcher = LINK.matcher(CODE.matcher(text(part)).replaceAll("`…`"));
                while (matcher.find()) {
                    links.add(new Link(file, part.line(), matcher.group(1)));
                }
            }
        }
        return links;
    }

    private static String text(Part part) {
        if (part instanceof Text text) {
            return text.text();
        } else if (part instanceof Heading heading) {
            return heading.text();
        }
        return part instanceof Row row ? String.join(" ", row.cells()) : "";
    }

    private static boolean isExternal(Link link) {
        return link.target().contains("://") && !link.target().startsWith(FORGE);
    }

    @Test
    void links_relative_leadToFilesAndPlacesInThem() throws IOException {
        List<Link> relative = links().stream()
                .filter(link -> !isExternal(link) && !API.matcher(link.target()).matches())
                .toList();
        assertThat(relative).hasSizeGreaterThan(20);
        for (Link link : relative) {
            String[] parts = link.target().split("#", 2);
            Path target = target(link.file(), parts[0]);
            assertThat(target.normalize()).as(link.toString()).exists();
            if (parts.length > 1) {
                assertThat(places(target)).as(link.toString()).contains(parts[1]);
            }
        }
    }

    private static Path target(Path file, String link) {
        if (link.startsWith(FORGE)) {
            return Path.of(link.substring(FORGE.length()));
        }
        return link.isEmpty() ? file : file.resolveSibling(link);
    }

    @Test
    void links_toTheApi_nameItsClasses() throws IOException {
        List<Matcher> api = links().stream()
                .map(link -> API.matcher(link.target()))
                .filter(Matcher::matches)
                .toList();
        assertThat(api).hasSizeGreaterThan(20);
        for (Matcher link : api) {
            String name = link.group(2).equals("package") ? "package-info" : link.group(2);
            assertThat(Path.of("src/main/java", link.group(1), name + ".java")).exists();
        }
    }

    @Test
    void links_external_areSecureAddressesOfKnownSites() throws IOException {
        Set<String> sites = new TreeSet<>();
        for (Link link : links()) {
            if (isExternal(link)) {
                assertThat(link.target()).as(link.toString()).startsWith("https://");
                sites.add(link.target().replaceFirst("https://([^/]+).*", "$1"));
            }
        }
        assertThat(sites)
                .as("a site that is new here was looked at by somebody")
                .isSubsetOf("github.com", "keepachangelog.com", "semver.org", "uxlfoundation.github.io");
    }

    /** Each page of the guide is in the site's menu, and the menu has no other. */
    @Test
    void pages_ofTheGuide_areInTheMenu() throws IOException {
        Set<String> inMenu = Pattern.compile("href=\"([\\w-]+)\\.html\"")
                .matcher(Files.readString(Path.of("src/site/site.xml")))
                .results()
                .map(match -> match.group(1) + ".md")
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.list(Documents.GUIDE)) {
            assertThat(inMenu)
                    .isEqualTo(files.map(file -> file.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /**
     * Returns the places in a file that a link can name. On the forge a heading is one; the site makes other names of headings, so that in the
     * guide only what has a name in the text is one.
     */
    private static Set<String> places(Path file) throws IOException {
        Set<String> places = new TreeSet<>();
        NAMED_PLACE.matcher(Files.readString(file)).results().forEach(match -> places.add(match.group(1)));
        if (!file.normalize().startsWith(Documents.GUIDE)) {
            for (Part part : MarkdownPage.read(file).parts()) {
                if (part instanceof Heading heading) {
                    places.add(heading.text()
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-'));
                }
            }
        }
        return places;
    }
}
