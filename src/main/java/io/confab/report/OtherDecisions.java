package io.confab.report;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What other decisions about the same person say of a sanction that one of them laid: two may ask for the very same, and taking
 * one back takes nothing from the other.
 */
final class OtherDecisions {
    // indexes mod_case_author and mod_decision_case, primary key of mod_act
    private static final String ACTS =
            " from mod_case c join mod_decision d on d.case_id = c.id" + " join mod_act a on a.decision_id = d.id";
    private static final String SAME =
            " where c.author_id = ? and d.id <> ? and d.closes and a.act = ? and a.state = 'done'"
                    + " and coalesce(a.until_at, 0) = ? and (c.room_id = ? or a.act = 'suspend')";
    private static final String STANDING = "select 1" + ACTS + SAME + " and d.undone_by is null and d.at >= ? limit 1";
    private static final String TAKEN_BACK_MEANWHILE =
            "select a.before_until" + ACTS + " join mod_decision u on u.id = d.undone_by" + SAME
                    + " and d.at <= ? and u.at >= ? order by d.at, d.id limit 1";

    private final Connection jdbc;
    private final CaseRow about;
    private final Decision former;

    /** @param former the one that is to be taken back, of this case */
    OtherDecisions(Connection jdbc, CaseRow about, Decision former) {
        this.jdbc = jdbc;
        this.about = about;
        this.former = former;
    }

    /** Another that stands asks for it too. One from before counts when its sanction still ran: else somebody had lifted it. */
    boolean hold(Decision.Act sanction) throws SQLException {
        long since = ranAlready(sanction) ? 0 : former.at().toEpochMilli();
        return Sql.first(jdbc, STANDING, row -> true, same(sanction, since)).isPresent();
    }

    /**
     * The end of what stood before; null: nothing did. A sanction of a decision that was taken back meanwhile, and was left
     * since this one asks for it too, is not what stood before.
     */
    @Nullable
    Instant before(Decision.Act sanction) throws SQLException {
        if (!ranAlready(sanction)) {
            return sanction.before();
        }
        long at = former.at().toEpochMilli();
        Optional<Optional<Instant>> first = Sql.first(
                jdbc,
                TAKEN_BACK_MEANWHILE,
                row -> Optional.ofNullable(Sql.instant(row, "before_until")),
                same(sanction, at, at));
        return first.isPresent() ? first.get().orElse(null) : sanction.before();
    }

    private static boolean ranAlready(Decision.Act sanction) {
        return Inverse.end(sanction.until()).equals(sanction.before());
    }

    private Object[] same(Decision.Act sanction, long... times) {
        Instant until = sanction.until();
        String room = about.target() instanceof Target.Message message
                ? message.room().value()
                : "";
        var values = new ArrayList<Object>(List.of(
                about.author().value(),
                former.id(),
                sanction.remedy().word(),
                until == null ? 0L : until.toEpochMilli(),
                room));
        for (long time : times) {
            values.add(time);
        }
        return values.toArray();
    }
}
