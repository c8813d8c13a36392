package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way in which the natives can fail to load, in a JVM of its own: one clear message with the remedy, every time it is asked. */
@Tag("native")
class NativeLoadTest {
    /** Opens the engine twice and prints what happens. */
    static final class OpenTwice {
        private OpenTwice() {}

        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) {
                try (OneDnnEngine engine = OneDnnEngine.open()) {
                    System.out.println("opened " + engine.name());
                } catch (NativeLoadException e) {
                    System.out.println("failed " + e.getMessage());
                }
            }
        }
    }

    @Test
    void open_nativesOnClassPath_opens() {
        assertThat(ChildJvm.likeThis().run(OpenTwice.class).output()).contains("opened onednn");
    }

    @Test
    void open_withoutDnnlJar_namesMissingJarAndRemedyEachTime() {
        var outcome = ChildJvm.likeThis()
                .withoutEntries(entry -> entry.matches(".*dnnl-[0-9].*-(linux|macosx|windows)-.*\\.jar"))
                .run(OpenTwice.class);

        assertThat(outcome.output())
                .containsPattern("(?s)failed .*the class path lacks dnnl-.*\\.jar.*failed .*the class path lacks dnnl-")
                .contains("Remedy: depend on org.bytedeco:dnnl-platform");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void open_withoutOpenClJar_namesMissingJar() {
        var outcome = ChildJvm.likeThis()
                .withoutEntries(entry -> entry.matches(".*opencl-[0-9].*-(linux|macosx|windows)-.*\\.jar"))
                .run(OpenTwice.class);

        assertThat(outcome.output()).contains("the class path lacks opencl-");
    }

    @Test
    void open_unsupportedPlatform_namesSupportedOnes() {
        var outcome = ChildJvm.likeThis()
                .withOption("-Dorg.bytedeco.javacpp.platform=linux-ppc64le")
                .run(OpenTwice.class);

        assertThat(outcome.output())
                .contains("can't be loaded on linux-ppc64le")
                .contains("only for linux-x86_64, linux-arm64, macosx-x86_64, macosx-arm64, windows-x86_64")
                .contains("Remedy: run on one of these, or use ReferenceEngine");
    }
}
