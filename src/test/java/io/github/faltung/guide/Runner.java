package io.github.faltung.guide;

import io.github.faltung.convolution.Engine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A compiled snippet; the parameters' names are what it may use without declaring it. */
@FunctionalInterface
public interface Runner {
    /**
     * Runs the snippet.
     *
     * @param engine an open engine
     * @param folder a folder with the guide's files, such as {@code photo.png}
     * @return its value if it is an expression, else {@code null}
     */
    @Nullable
    Object run(Engine engine, Path folder) throws Exception;
}
