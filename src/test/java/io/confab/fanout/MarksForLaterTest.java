package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.badge.Mark;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import org.junit.jupiter.api.Test;

class MarksForLaterTest {
    private final MarksForLater marks = new MarksForLater(2);

    private static Mark mark(String room, long seq) {
        return new Mark(new UserId("u_1"), new RoomId(room), "e1", seq, 9, new ConnectionId("c_1"));
    }

    @Test
    void ofEachPersonAndRoomTheFarthestIsKept() {
        marks.add(mark("r_1", 3));
        marks.add(mark("r_1", 5));
        marks.add(mark("r_1", 4));
        marks.add(mark("r_2", 1));

        assertThat(marks.take(1)).containsExactly(mark("r_1", 5));
        assertThat(marks.take(10)).containsExactly(mark("r_2", 1));
        assertThat(marks.take(10)).isEmpty();
    }

    @Test
    void beyondTheBoundOnlyThoseThatWaitGoFurther() {
        marks.add(mark("r_1", 1));
        marks.add(mark("r_2", 1));
        marks.add(mark("r_3", 1));
        marks.add(mark("r_2", 2));

        assertThat(marks.take(10)).containsExactly(mark("r_1", 1), mark("r_2", 2));
    }

    @Test
    void whatIsToldMeanwhileIsNotToldAgain() {
        marks.add(mark("r_1", 3));

        marks.forget(mark("r_1", 5));

        assertThat(marks.take(10)).isEmpty();
    }
}
