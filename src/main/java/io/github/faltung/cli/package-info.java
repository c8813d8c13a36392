/**
 * The command line {@code faltung}. Sees all other packages and holds no logic of its own: it handles arguments and prints.
 *
 * <p>Nothing imports this package.
 *
 * <pre>{@code
 * mvn -q compile exec:java -Dexec.args="verify ic16ih8oc16kh3ph1"
 * }</pre>
 *
 * <p>Every command has {@code --help}, exits with 0, 1 on failure or 2 if its arguments are wrong, and prints an error as one line with
 * the remedy; {@code --verbose} adds the trace.
 */
@NullMarked
package io.github.faltung.cli;

import org.jspecify.annotations.NullMarked;
