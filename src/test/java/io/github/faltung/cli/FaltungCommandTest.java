package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaltungCommandTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("a/b"), "a/b: is not there"),
                Arguments.of(new AccessDeniedException("a/b"), "a/b: no permission"),
                Arguments.of(new FileAlreadyExistsException("a/b"), "a/b: is there already"),
                Arguments.of(new NotDirectoryException("a/b"), "a/b: is no folder"),
                Arguments.of(new FileSystemException("a/b"), "a/b: FileSystemException"),
                Arguments.of(new FileSystemException("a/b", null, "No space left"), "a/b: No space left"),
                Arguments.of(new NoSuchFileException("a/b: must be a file"), "a/b: must be a file"),
                Arguments.of(new IOException("one\n  two\n"), "one; two"),
                Arguments.of(new IllegalStateException(), "IllegalStateException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void oneLine_failure_saysWhatIsWrong(Exception failure, String line) {
        assertThat(FaltungCommand.oneLine(failure)).isEqualTo(line);
    }
}
