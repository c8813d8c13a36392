/**
 * Programs that use the library as a stranger would, by its public types alone. They are compiled and tested with it and are not in its jar.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.github.faltung.examples.FilterServer -Dexec.args=8080
 * </pre>
 */
@NullMarked
package io.github.faltung.examples;

import org.jspecify.annotations.NullMarked;
