package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class FilterStatusTest {
    private final StringWriter err = new StringWriter();

    private void tellAll(FilterStatus status) {
        for (int rows = 0; rows <= 1000; rows++) {
            assertThat(status.filtered(rows, 1000)).isTrue();
        }
        status.clear();
    }

    @Test
    void filtered_noConsole_printsALineForEachTenth() {
        tellAll(new FilterStatus(new PrintWriter(err), false));
        assertThat(err.toString().lines())
                .hasSize(11)
                .startsWith("filtered 0 of 1000 rows, 0 %", "filtered 100 of 1000 rows, 10 %")
                .endsWith("filtered 1000 of 1000 rows, 100 %");
    }

    @Test
    void filtered_console_writesOverOneLine() {
        tellAll(new FilterStatus(new PrintWriter(err), true));
        assertThat(err.toString())
                .contains("filtered 370 of 1000 rows, 37 %\r")
                .doesNotContain("\n")
                .endsWith(" \r");
    }
}
