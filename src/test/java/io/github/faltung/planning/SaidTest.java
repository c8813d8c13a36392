package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Layout;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is looked for by its words is what is found among all. */
class SaidTest {
    private static final Proposals PROPOSALS = new Proposals(Formulations.ALL, new Hardware(2, 16, 16, 8));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv mb1ic64ih28oc64kh3ph1",
                "conv mb2ic3ih32oc16kh3ph1",
                "conv mb1ic1ih64oc1kh5ph2",
                "conv g16mb2ic16iw100oc16kw7pw3",
                "conv g4mb1ic16ih20oc16kh3ph1",
                "conv mb1ic8ih24oc16kh3dh1ph2",
                "conv mb1ic4id8ih12iw12oc8kd3kh3kw3pd1ph1pw1",
                "deconv mb1ic16ih14oh28oc8kh4sh2ph1",
                "deconv g8mb1ic8ih14oh28oc8kh4sh2ph1"
            })
    void saidAs_everyProposal_isFoundAtItsCost(String line) {
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            Task task = Tasks.of(line, layout);
            List<Proposal> all = PROPOSALS.of(task);
            assertThat(all).hasSizeGreaterThan(5);
            var seen = new HashSet<String>();
            for (Proposal one : all) {
                if (seen.add(one.text())) {
                    List<Proposal> said = PROPOSALS.saidAs(one.text(), task);
                    assertThat(said).extracting(Proposal::text).containsOnly(one.text());
                    assertThat(said.get(0).cost()).as(one.text()).isEqualTo(one.cost());
                    assertThat(said.get(0).pieces().get())
                            .extracting(Candidate::text)
                            .isEqualTo(one.pieces().get().stream()
                                    .map(Candidate::text)
                                    .toList());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "in blocks,", "nonsense", "direct, in blocks", "2 pieces of rows, ", "in blocks, direct"})
    void saidAs_wordsOfNobody_isEmpty(String words) {
        Task task = Tasks.of("conv mb1ic64ih28oc64kh3ph1", Layout.CHANNELS_FIRST);
        assertThat(PROPOSALS.saidAs(words, task)).isEmpty();
    }
}
