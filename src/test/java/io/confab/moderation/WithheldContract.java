package io.confab.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditTrail;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Configuration;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Texts that were taken away, in a database: read only by staff with a reason that is written down, and kept only so long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithheldContract {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration KEEP = Duration.ofDays(30);
    private static final StaffMember AUDITOR = new StaffMember(
            new Account(new UserId("u_aud"), "aud", "Aud", GlobalRole.AUDITOR, null, null, 1, NOW),
            new SignInId("s_aud"),
            "192.0.2.7");

    private Database database;

    abstract String url();

    @BeforeAll
    void open() {
        var settings = Map.of("confab.db.url", url());
        database = new Database(StoreSettings.from(new Configuration(key -> Optional.ofNullable(settings.get(key)))));
    }

    @AfterAll
    void close() {
        database.close();
    }

    private void update(String sql, Object... values) {
        database.transactions().write((entities, jdbc) -> {
            try (var statement = jdbc.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                return statement.executeUpdate();
            }
        });
    }

    /** A message with one edit, taken away then. */
    private void taken(RoomId room, long seq, Instant at) {
        for (long version : List.of(seq, seq + 1)) {
            update(
                    "insert into room_event (room_id, seq, type, by_id, ts, detail) values (?, ?, 'msg.new', 'u_1', 5, '{}')",
                    room.value(),
                    version);
            update(
                    "insert into withheld (room_id, target_seq, seq, body, detail, at) values (?, ?, ?, ?, '{}', ?)",
                    room.value(),
                    seq,
                    version,
                    "{\"text\": \"secret\", \"type\": \"text\"}",
                    at.toEpochMilli());
        }
    }

    private List<AuditTrail.Entry> lines(RoomId room) {
        return new AuditTrail(database).search(new AuditTrail.Filter(null, null, room.value()), 0, 10);
    }

    private Outcome<List<WithheldTexts.Version>> read(RoomId room, long seq, String why) {
        return new WithheldTexts(database).read(AUDITOR, room, seq, why);
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError("refused: " + outcome);
    }

    private static <T> Refusal refusal(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Refused<T>(Refusal refusal)) {
            return refusal;
        }
        throw new AssertionError("not refused");
    }

    @Test
    void whoReadsWhatWasTakenLeavesALine() {
        var room = new RoomId("r_read");
        taken(room, 4, NOW);

        List<WithheldTexts.Version> versions = done(read(room, 4, "report 7"));

        assertThat(versions).extracting(WithheldTexts.Version::seq).containsExactly(4L, 5L);
        assertThat(versions).allSatisfy(version -> assertThat(version.body()).contains("secret"));
        assertThat(lines(room)).singleElement().satisfies(entry -> {
            assertThat(entry.line().act()).isEqualTo(AuditAct.WITHHELD_READ.word());
            assertThat(entry.line().actor()).isEqualTo(AUDITOR.user());
            assertThat(entry.line().target()).isEqualTo("r_read/4");
            assertThat(entry.line().why()).isEqualTo("report 7");
            assertThat(entry.line().address()).isEqualTo("192.0.2.7");
        });
    }

    @Test
    void withoutAReasonOrATextNothingIsReadAndNoLineWritten() {
        var room = new RoomId("r_unread");
        taken(room, 4, NOW);

        assertThat(refusal(read(room, 4, "  "))).isInstanceOf(Refusal.BadRequest.class);
        assertThat(refusal(read(room, 9, "report 7"))).isInstanceOf(Refusal.NotFound.class);
        assertThat(lines(room)).isEmpty();
    }

    @Test
    void whatWasKeptLongEnoughGoesWithAllItsVersions() {
        var room = new RoomId("r_purge");
        taken(room, 4, NOW.minus(KEEP).minusMillis(1));
        taken(room, 14, NOW.minus(KEEP));
        var purge = new WithheldPurge(database, new ModerationSettings(KEEP), Clock.fixed(NOW, ZoneOffset.UTC));

        purge.round();

        assertThat(refusal(read(room, 4, "report 7"))).isInstanceOf(Refusal.NotFound.class);
        assertThat(done(read(room, 14, "report 7"))).hasSize(2);
    }
}
