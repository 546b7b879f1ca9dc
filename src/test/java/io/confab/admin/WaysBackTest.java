package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.FactorRule;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.UserId;
import io.confab.report.Decision;
import io.confab.report.Verdict;
import io.confab.room.RoomMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaysBackTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final WayBack MODE = new WayBack(WayBack.What.MODE, "r_1", "", 0, "open/500", "");

    private static Visit.Acted acted(String id) {
        return new Visit.Acted(id, "Mode changed.", "the room", MODE, "/admin/room", NOW);
    }

    @Test
    void aFormOfTheModeLeavesWhatItDidNotTouch() {
        assertThat(WaysBack.left(MODE, new ModeChange(RoomMode.HALL, null))).isEqualTo("hall/500");
        assertThat(WaysBack.left(MODE, new ModeChange(null, Duration.ofSeconds(30))))
                .isEqualTo("open/30000");
    }

    @Test
    void oneWrittenTextStandsInTheTrailAndOnlyTheOneMeantForTheRoomIsToldThere() {
        assertThat(new Acts.Reasons("third time", "be kind").why()).isEqualTo("third time");
        assertThat(new Acts.Reasons("third time", "be kind").toldOrNone()).isEqualTo("be kind");
        assertThat(new Acts.Reasons("", "be kind").why()).isEqualTo("be kind");
        assertThat(new Acts.Reasons("third time", " ").toldOrNone()).isNull();
    }

    @Test
    void whatLastsUntilItIsLiftedIsLeftSoWhateverTheFormSays() {
        var reasons = new Acts.Reasons("why", "");
        var form = new Acts.Form("c1", null, reasons, GlobalRole.USER, FactorRule.NOBODY, 7);

        assertThat(WaysBack.left(StaffAct.BAN, form, "")).isEqualTo("forever");
        assertThat(WaysBack.left(StaffAct.UNBAN, form, "")).isEmpty();
        assertThat(WaysBack.left(StaffAct.WARN, form, "w_1")).isEqualTo("w_1");
    }

    @Test
    void theLastActIsOfferedForHalfAMinuteAndTakenBackOnce() {
        var visit = new Visit();
        visit.acted(acted("c1"));
        visit.acted(acted("c2"));

        assertThat(visit.acted(NOW.plusSeconds(30))).containsExactly(acted("c2"));
        assertThat(visit.acted(NOW.plusSeconds(31))).isEmpty();
        assertThat(visit.takeActed("c1", NOW)).as("another was the last").isEmpty();
        assertThat(visit.takeActed("c2", NOW.plusSeconds(61)))
                .as("from a page that stood open")
                .isEmpty();
        assertThat(visit.takeActed("c2", NOW.plusSeconds(60))).contains(acted("c2"));
        assertThat(visit.takeActed("c2", NOW)).isEmpty();
    }

    @Test
    void onlyTheLastIsOfferedBeItADecisionOrAnAct() {
        var visit = new Visit();
        var decision = new Decision(
                "d_1", "k_1", 1, Verdict.IGNORE, new UserId("u_1"), "mia", NOW, "", "", null, List.of(), false);
        visit.acted(acted("c1"));

        visit.decided(decision, 2, NOW);
        assertThat(visit.acted(NOW)).isEmpty();
        assertThat(visit.decided(NOW)).hasSize(1);

        visit.acted(acted("c2"));
        assertThat(visit.decided(NOW)).isEmpty();
        assertThat(visit.acted(NOW)).containsExactly(acted("c2"));
    }

    @Test
    void whatWasDoneBeforeAnActThatNothingTakesBackIsOfferedNoMore() {
        var visit = new Visit();
        visit.acted(acted("c1"));

        visit.actedForGood();

        assertThat(visit.acted(NOW)).isEmpty();
    }

    @Test
    void whoeverGoesOnInTheSessionIsOfferedNothing() {
        var visit = new Visit();
        visit.acted(acted("c1"));

        visit.forget();

        assertThat(visit.acted(NOW)).isEmpty();
    }
}
