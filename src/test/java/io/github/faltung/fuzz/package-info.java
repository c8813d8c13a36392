/**
 * Entry points fed with what nobody should feed them. A {@link io.github.faltung.fuzz.FuzzTarget} is a function of bytes, so that seeded
 * generation ({@link io.github.faltung.fuzz.FuzzRun}) and Jazzer's coverage-guided search ({@link io.github.faltung.fuzz.JazzerEntry}) drive the
 * same one: files take the bytes as their content, all others as a sequence of {@link io.github.faltung.fuzz.Choices}. {@code .ci/fuzz} runs
 * them all, {@link io.github.faltung.fuzz.FuzzTest} a few thousand cases of each.
 */
package io.github.faltung.fuzz;
