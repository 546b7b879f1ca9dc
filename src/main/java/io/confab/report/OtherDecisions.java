package io.confab.report;

import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What other decisions about the same person say of a sanction that one of them laid: two may ask for the very same, and taking
 * one back takes nothing from the other. Of one person one at a time is decided or taken back: their account is locked.
 */
final class OtherDecisions {
    private static final int MOST = 100;
    // indexes mod_case_author and mod_decision_case, primary key of mod_act
    private static final String ACTS =
            " from mod_case c join mod_decision d on d.case_id = c.id join mod_act a on a.decision_id = d.id";
    private static final String SAME = " where c.author_id = ? and d.id <> ? and d.closes and a.act = ?"
            + " and coalesce(a.until_at, 0) = ? and (c.room_id = ? or a.act = 'suspend')";
    private static final String STANDING = "select 1" + ACTS + SAME
            + " and a.state in ('pending', 'done') and d.undone_by is null and d.at >= ? limit 1";
    private static final String TAKEN_BACK = "select d.at, u.at as undone_at, a.before_until" + ACTS
            + " join mod_decision u on u.id = d.undone_by" + SAME
            + " and a.state = 'done' order by d.at desc, d.id desc limit " + MOST;
    private static final String UNDER_WAY = "select a.act, a.until_at" + ACTS
            + " where c.author_id = ? and a.state = 'pending' and (c.room_id = ? or a.act in ('suspend', 'unsuspend'))"
            + " order by d.at, d.id, a.no limit " + MOST;

    private final Connection jdbc;
    private final CaseRow about;

    OtherDecisions(Connection jdbc, CaseRow about) {
        this.jdbc = jdbc;
        this.about = about;
    }

    /** One that asked for the same and was taken back. @param before as it found it */
    private record TakenBack(
            Instant at, Instant undoneAt, @Nullable Instant before) {
        static TakenBack of(ResultSet row) throws SQLException {
            return new TakenBack(
                    Instant.ofEpochMilli(row.getLong("at")),
                    Instant.ofEpochMilli(row.getLong("undone_at")),
                    Sql.instant(row, "before_until"));
        }

        boolean stoodAt(Instant time) {
            return !at.isAfter(time) && !undoneAt.isBefore(time);
        }
    }

    /**
     * Of each sanction the end that it will have when what is still to be done was done, empty: it will not run. Ask before you
     * look what runs: what is done meanwhile is seen either way.
     */
    Map<Remedy, Optional<Instant>> underWay() throws SQLException {
        var all = new EnumMap<Remedy, Optional<Instant>>(Remedy.class);
        List<Map.Entry<Remedy, Optional<Instant>>> acts =
                Sql.list(jdbc, UNDER_WAY, OtherDecisions::left, about.author().value(), room()).stream()
                        .flatMap(Optional::stream)
                        .toList();
        acts.forEach(act -> all.put(act.getKey(), act.getValue()));
        return all;
    }

    /** What an act leaves; empty: it lays and lifts no sanction. */
    private static Optional<Map.Entry<Remedy, Optional<Instant>>> left(ResultSet row) throws SQLException {
        Instant until = Sql.instant(row, "until_at");
        return Remedy.of(row.getString("act"))
                .flatMap(act -> act.timed()
                        ? Optional.of(Map.entry(act, Optional.of(Inverse.end(until))))
                        : act.lifts().map(lifted -> Map.entry(lifted, Optional.<Instant>empty())));
    }

    /** Another that stands asks for it too. One from before counts when its sanction still ran: else somebody had lifted it. */
    boolean hold(Decision former, Decision.Act sanction) throws SQLException {
        long since = ranAlready(sanction, sanction.before()) ? 0 : former.at().toEpochMilli();
        return Sql.first(jdbc, STANDING, row -> true, same(former, sanction, since))
                .isPresent();
    }

    /**
     * The end of what stood before; null: nothing did. A sanction of decisions that were taken back meanwhile, and was left
     * since this one asks for it too, is not what stood before: then it is what stood before the first of them.
     */
    @Nullable
    Instant before(Decision former, Decision.Act sanction) throws SQLException {
        Instant before = sanction.before();
        Instant at = former.at();
        var meanwhile = new ArrayList<>(Sql.list(jdbc, TAKEN_BACK, TakenBack::of, same(former, sanction)));
        while (ranAlready(sanction, before)) {
            Instant then = at;
            Optional<TakenBack> next =
                    meanwhile.stream().filter(each -> each.stoodAt(then)).findFirst();
            if (next.isEmpty()) {
                break;
            }
            meanwhile.remove(next.get());
            before = next.get().before();
            at = next.get().at();
        }
        return before;
    }

    private static boolean ranAlready(Decision.Act sanction, @Nullable Instant before) {
        return Inverse.end(sanction.until()).equals(before);
    }

    private Object[] same(Decision former, Decision.Act sanction, long... times) {
        Instant until = sanction.until();
        var values = new ArrayList<Object>(List.of(
                about.author().value(),
                former.id(),
                sanction.remedy().word(),
                until == null ? 0L : until.toEpochMilli(),
                room()));
        for (long time : times) {
            values.add(time);
        }
        return values.toArray();
    }

    private String room() {
        return about.target() instanceof Target.Message message ? message.room().value() : "";
    }
}
