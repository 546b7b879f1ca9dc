package io.confab.log;

import static io.confab.log.LogFixture.answer;
import static io.confab.log.LogFixture.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import io.confab.log.LogFixture.Person;
import io.confab.room.RoomKind;
import io.confab.trace.NoTraces;
import io.confab.trace.Traces;
import org.junit.jupiter.api.Test;

class FollowedCommandTest {
    /** Else what was refused in its batch is decided anew, and perhaps stored, though its sender was told no. */
    @Test
    void aSpanThatIsNotTakenLetsNothingBeWrittenTwice() {
        Traces traces = NoTraces.failing();
        try (var node = DatabaseFixture.open(DatabaseFixture.freshH2(), traces)) {
            Person alice = node.person("alice");
            RoomId room = node.room(alice, RoomKind.PRIVATE);
            long before = node.metrics.figures().commits();

            var submission = new RoomLog.Submission(
                    alice.user(),
                    alice.signIn(),
                    null,
                    room,
                    post("followed"),
                    "f",
                    traces.begin(room, alice.user()).orElseThrow(),
                    null);
            Answer first = answer(node.log().submit(submission));
            node.posts(alice, room, "next"); // the same writer, so the first one is over

            assertThat(LogFixture.accepted(first).duplicate()).isFalse();
            assertThat(node.metrics.figures().commits() - before).isEqualTo(2);
            assertThat(node.metrics.figures().duplicates()).isZero();
        }
    }
}
