package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What known defects do is what {@code native-config/defect-table.md} says, at one instruction set: if this fails, a defect has gone, and the
 * guard with it, or a guard has. The whole table is {@code .ci/defects}.
 */
@Tag("native")
@Tag("levels")
class DefectTableTest {
    private static final Path TABLE = Path.of("native-config/defect-table.md");

    /** Of defects that crash the first is run, once. */
    @ParameterizedTest
    @CsvSource("AVX2, 1")
    void observe_unguarded_isAsInTheTableAndGuardedRight(String isa, int crashes) throws IOException {
        String folder = Path.of("src/test/resources/problems").toAbsolutePath().toString();
        DefectTable.Observation observed = DefectTable.observe(folder, isa, crashes);
        assumeThat(observed.isa()).as("this CPU can stand in for it").isEqualTo(isa);
        Map<String, String> expected = column(isa);

        assertThat(observed.cells())
                .isNotEmpty()
                .allSatisfy((defect, cell) -> assertThat(cell.toString())
                        .as("%s %s", defect, cell.example())
                        .isEqualTo(expected.get(defect)));
    }

    /** Returns what the table says of each defect at an instruction set. */
    private static Map<String, String> column(String isa) throws IOException {
        List<List<String>> rows = Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith("| "))
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
        int column = rows.get(0).indexOf(isa);
        var cells = new TreeMap<String, String>();
        rows.forEach(row -> cells.put(row.get(1).replace("`", ""), row.get(column)));
        return cells;
    }
}
