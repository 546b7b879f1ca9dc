package io.confab.report;

import io.confab.moderation.Reach;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which cases somebody sees, as a condition of each statement about a case {@code c}: staff all of them; who moderates rooms
 * those about messages of others there that were not handed to the admins in this round (docs/adr/0084).
 */
final class CaseReach {
    // index room_member_user
    private static final String OF_OTHERS =
            " and c.author_id <> ? and c.state <> 'escalated' and c.handed_round < c.round";
    private static final String NOT_PASSED = " and (c.state = 'closed' or c.passed_round < c.round)";

    private final Reach reach;
    private final List<Object> values;
    private final String condition;

    CaseReach(Reach reach, long nowMillis) {
        this.reach = reach;
        this.values = new ArrayList<>(reach.values(nowMillis));
        if (reach.moderator() != null) {
            values.add(reach.moderator().value());
        }
        this.condition = reach.isAll() ? "" : reach.condition("c.room_id") + OF_OTHERS;
    }

    boolean isAll() {
        return reach.isAll();
    }

    /** What holds for a case within reach. */
    String condition() {
        return condition;
    }

    /** Likewise, without what waits for staff alone, since a moderator of the room left it to them. */
    String waiting() {
        return isAll() ? "" : condition + NOT_PASSED;
    }

    /** Whether an open case is not left to staff alone. */
    boolean isWaiting(Connection jdbc, String id) throws SQLException {
        return Sql.first(jdbc, CaseRow.SELECT + " where c.id = ?" + waiting(), row -> true, between(List.of(id)))
                .isPresent();
    }

    /** For a statement whose marks of the condition stand between others. */
    @Nullable
    Object[] between(List<?> before, Object... after) {
        var all = new ArrayList<Object>(before);
        all.addAll(values);
        all.addAll(Arrays.asList(after));
        return all.toArray();
    }

    /** Empty: there is none, or it is out of reach. */
    Optional<CaseRow> find(Connection jdbc, String id) throws SQLException {
        return Sql.first(jdbc, CaseRow.SELECT + " where c.id = ?" + condition, CaseRow::of, between(List.of(id)));
    }
}
