package io.confab.log;

import static io.confab.log.LogFixture.accepted;
import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static io.confab.log.LogFixture.refused;
import static io.confab.log.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.identity.TestClock;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C05: a retry gives the first answer, however late it comes and whatever happened to the message. */
abstract class RetryContract {
    @TempDir
    Path folder;

    abstract String url();

    @Test
    void aRetryADayLaterOnARestartedNodeGivesTheFirstAnswer() {
        String url = url();
        var clock = new TestClock();
        RoomId room;
        LogFixture.Person alice;
        Answer.Accepted plain;
        Answer.Accepted edited;
        Answer.Accepted deleted;
        Answer.Accepted created;
        var creation = new RoomCommand.CreateRoom(RoomKind.PRIVATE, "mine", List.of());
        try (var node = DatabaseFixture.open(url, clock)) {
            alice = node.person("alice");
            room = node.room(alice, RoomKind.PUBLIC);
            plain = accepted(node.does(alice, room, post("plain"), "k1"));
            edited = accepted(node.does(alice, room, post("edited"), "k2"));
            deleted = accepted(node.does(alice, room, post("deleted"), "k3"));
            node.succeeds(alice, room, new RoomCommand.EditMessage(edited.seq(), text("otherwise")));
            node.succeeds(alice, room, new RoomCommand.DeleteMessage(deleted.seq(), null));
            created = accepted(answer(node.log().create(alice.caller(), creation, "k4")));
        }

        clock.advance(Duration.ofDays(1));

        try (var node = DatabaseFixture.open(url, clock)) {
            assertThat(accepted(node.does(alice, room, post("plain"), "k1"))).isEqualTo(again(plain));
            assertThat(accepted(node.does(alice, room, post("edited"), "k2"))).isEqualTo(again(edited));
            assertThat(accepted(node.does(alice, room, post("deleted"), "k3"))).isEqualTo(again(deleted));
            assertThat(accepted(answer(node.log().create(alice.caller(), creation, "k4"))))
                    .isEqualTo(again(created));
            refused(Refusal.CidConflict.class, node.does(alice, room, post("something else"), "k1"));
            assertThat(node.reader().head(room).orElseThrow().head()).isEqualTo(deleted.seq() + 2);
            assertThat(node.number(
                            "select count(*) from room_event where by_id = ? and cid in ('k1', 'k2', 'k3', 'k4')",
                            alice.user().value()))
                    .isEqualTo(4);
            assertThat(accepted(node.does(alice, room, post("new"), "k5")).ts())
                    .isAfter(plain.ts().plus(Duration.ofHours(23)));
        }
    }

    private static Answer.Accepted again(Answer.Accepted first) {
        return new Answer.Accepted(first.room(), first.epoch(), first.seq(), first.ts(), first.cid(), true);
    }
}
