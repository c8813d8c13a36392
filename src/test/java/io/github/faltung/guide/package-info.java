/**
 * Holds the guide, {@code src/site/markdown}, and the README to what they show: every snippet is compiled and run, every shown output and
 * message is compared, every link is followed. {@code src/site/markdown/index.md} tells what a page may contain.
 *
 * <p>{@code MarkdownPage} reads a page, {@code PageContents} finds what can be run on it, {@code SnippetCompiler} compiles it all at once.
 */
package io.github.faltung.guide;
