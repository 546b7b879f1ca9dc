package io.confab.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a rule would have met in the last days.
 *
 * @param edition of the rule as it was then
 * @param since the messages from then on
 * @param beatAt when the node that does it has last said so
 * @param samples some of them, from public rooms alone
 */
public record DryRun(
        String rule,
        String run,
        long edition,
        UserId by,
        Instant since,
        Instant startedAt,
        Instant beatAt,
        State state,
        long lookedAt,
        long hits,
        long authors,
        List<Sample> samples) {
    private static final String SELECT = "select rule_id, run, edition, by_id, since, started_at, beat_at, state,"
            + " looked_at, hits, authors, samples from rule_dry_run where rule_id = ?"; // primary key

    /** How far it is. */
    public enum State {
        RUNNING,
        DONE,
        /** It took too long, its node went away, or the index of messages was behind: what it says is of a part. */
        PARTIAL;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A message that it would have met. @param met what of its folded text; empty: no part of it */
    public record Sample(RoomId room, long seq, UserId author, Instant at, String met) {
        Sample withoutText() {
            return new Sample(room, seq, author, at, "");
        }
    }

    DryRun with(List<Sample> others) {
        return new DryRun(rule, run, edition, by, since, startedAt, beatAt, state, lookedAt, hits, authors, others);
    }

    /** A run that has said nothing for so long has no node any more. */
    private static final Duration SILENT = Duration.ofSeconds(30);

    /** One that nobody goes on with is {@code partial}. */
    DryRun asOf(Instant now) {
        return isOver() || !now.isAfter(beatAt.plus(SILENT))
                ? this
                : new DryRun(
                        rule,
                        run,
                        edition,
                        by,
                        since,
                        startedAt,
                        beatAt,
                        State.PARTIAL,
                        lookedAt,
                        hits,
                        authors,
                        samples);
    }

    boolean isOver() {
        return state != State.RUNNING;
    }

    static Optional<DryRun> find(Connection jdbc, String rule) throws SQLException {
        return Sql.first(jdbc, SELECT, DryRun::of, rule);
    }

    private static DryRun of(ResultSet row) throws SQLException {
        return new DryRun(
                row.getString("rule_id"),
                row.getString("run"),
                row.getLong("edition"),
                new UserId(row.getString("by_id")),
                Instant.ofEpochMilli(row.getLong("since")),
                Instant.ofEpochMilli(row.getLong("started_at")),
                Instant.ofEpochMilli(row.getLong("beat_at")),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getLong("looked_at"),
                row.getLong("hits"),
                row.getLong("authors"),
                samples(Json.read(row.getString("samples"))));
    }

    private static List<Sample> samples(JsonNode array) {
        var samples = new ArrayList<Sample>();
        for (JsonNode one : array) {
            samples.add(new Sample(
                    new RoomId(one.path("room").asText()),
                    one.path("seq").asLong(),
                    new UserId(one.path("author").asText()),
                    Instant.ofEpochMilli(one.path("at").asLong()),
                    one.path("met").asText()));
        }
        return List.copyOf(samples);
    }
}
