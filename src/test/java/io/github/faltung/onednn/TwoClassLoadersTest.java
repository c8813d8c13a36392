package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two applications in one JVM, such as in an application server, each with a Faltung of its own. */
@Tag("native")
class TwoClassLoadersTest {
    /** Runs {@link LoadAndConvolve} in two class loaders. */
    static final class Twice {
        private Twice() {}

        public static void main(String[] args) throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(url(entry));
            }
            for (int i = 0; i < 2; i++) {
                // Not closed: what it has loaded is in use until the process ends.
                var loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                var main = loader.loadClass(LoadAndConvolve.class.getName()).getMethod("main", String[].class);
                main.setAccessible(true);
                main.invoke(null, (Object) new String[0]);
            }
        }

        private static URL url(String entry) throws MalformedURLException {
            return Path.of(entry).toUri().toURL();
        }
    }

    @TempDir
    Path folder;

    private static String load(ChildJvm child) {
        return child.run(Twice.class).output();
    }

    /** JavaCPP makes a copy of its own libraries for the second, numbered; a spoilt one must not be loaded either. */
    @Test
    void open_inTwoClassLoaders_bothWork() throws Exception {
        ChildJvm child = Natives.withCache(ChildJvm.likeThis(), folder).withOption("-Dfaltung.natives.verify=true");
        String twice = "(?s)(convolved right.*limits work.*){2}";

        assertThat(load(child)).containsPattern(twice);
        Path copy = Natives.find(folder, System.mapLibraryName("jnidnnl0"));
        Path original = Natives.find(folder, System.mapLibraryName("jnidnnl"));
        assertThat(Natives.areEqual(copy, original)).isTrue();

        Natives.spoil(copy);
        assertThat(load(child)).containsPattern(twice);
        assertThat(Natives.areEqual(copy, original)).isTrue();
    }

    /** Nothing may be copied then, and the JVM gives a library to one class loader only. */
    @Test
    void open_inTwoClassLoadersFromOneFolder_secondIsToldWhyAndRemedy() throws Exception {
        ChildJvm child = Natives.withFolder(ChildJvm.likeThis(), Natives.installedIn(folder.resolve("installed")));

        assertThat(load(child))
                .containsPattern("(?s)convolved right.*failed .*another class loader of this process has loaded them")
                .contains("Remedy: have one class loader that both have as a parent load Faltung, JavaCPP and JNA");
    }
}
