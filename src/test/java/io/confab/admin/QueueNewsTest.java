package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.UserId;
import io.confab.report.CaseRow;
import io.confab.report.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueNewsTest {
    private static final UserId ANN = new UserId("u_ann");

    private final List<String> read = new ArrayList<>();
    private final QueueNews news = new QueueNews();

    private List<Map<String, Object>> told(List<CaseRow> cases) {
        return news.of(cases, id -> {
            read.add(id);
            return id.equals("k_gone") ? Optional.empty() : Optional.of(Map.of("id", id));
        });
    }

    private static CaseRow about(String id, long version) {
        var open = CaseRow.State.OPEN;
        Instant at = Instant.EPOCH;
        return new CaseRow(id, new Target.Person(ANN), ANN, open, 1, version, 1, 10, at, at, null, null);
    }

    @Test
    void whatIsToldIsReadOnceHoweverManyPagesOpen() {
        List<CaseRow> recent = List.of(about("k_1", 1), about("k_2", 1), about("k_gone", 1));

        assertThat(told(recent)).containsExactly(Map.of("id", "k_1"), Map.of("id", "k_2"));
        assertThat(told(recent.subList(0, 2))).hasSize(2);

        assertThat(read).containsExactly("k_1", "k_2", "k_gone");
    }

    @Test
    void aCaseThatChangedIsReadAgain() {
        told(List.of(about("k_1", 1)));

        told(List.of(about("k_1", 2)));

        assertThat(read).containsExactly("k_1", "k_1");
    }

    @Test
    void whatWasReadFirstIsForgotten() {
        told(IntStream.range(0, 1_001).mapToObj(i -> about("k_" + i, 1)).toList());

        told(List.of(about("k_1000", 1), about("k_0", 1)));

        assertThat(read).hasSize(1_002).endsWith("k_0");
    }
}
