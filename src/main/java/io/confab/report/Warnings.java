package io.confab.report;

import io.confab.identity.AccountActs;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.Sha256;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import io.confab.notice.Notice;
import io.confab.notice.Notices;
import io.confab.room.RoomRules;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Warnings outside of a report: the same notice as {@link Remedy#WARN} gives, kept until the person has seen it. Who may warn
 * whom is as with every act on an account ({@link AccountActs}), and the line stands in the same transaction. Thread-safe.
 */
@Singleton
public class Warnings {
    private final AccountActs acts;
    private final Notices notices;
    private final Clock clock;

    @Inject
    public Warnings(AccountActs acts, Notices notices, Clock clock) {
        this.acts = acts;
        this.notices = notices;
        this.clock = clock;
    }

    /** @param duplicate the same command had told it before */
    public record Told(String id, boolean duplicate) {}

    /**
     * Refused with {@code bad_request}, {@code forbidden}, {@code not_found}, or {@code cid_conflict} when the same command
     * said something else.
     *
     * @param text what the person reads: one line, to {@link RoomRules#MAX_REASON_CHARS}
     * @param why for staff alone; null: not said
     * @param commandId by which a repeat is known: 1 to 64 of {@code [A-Za-z0-9_-]}
     */
    public Outcome<Told> warn(Actor by, UserId about, String text, @Nullable String why, String commandId) {
        Optional<Refusal> problem = Ids.isCid(commandId)
                ? VisibleText.nameProblem("the warning", text, RoomRules.MAX_REASON_CHARS)
                : Optional.of(new Refusal.BadRequest("cid must be 1 to 64 of [A-Za-z0-9_-]"));
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        var notice = new Notice(id(by, commandId), about, Notice.Kind.WARNING, text, clock.instant(), false);
        var before = new AtomicReference<@Nullable Notice>();
        return acts.warn(by, about, jdbc -> tell(jdbc, notice, before), why).then(done -> told(notice, before.get()));
    }

    private static boolean tell(Connection jdbc, Notice notice, AtomicReference<@Nullable Notice> before)
            throws SQLException {
        before.set(Notices.find(jdbc, notice.id()).orElse(null));
        if (before.get() == null) {
            Notices.add(jdbc, notice);
        }
        return before.get() == null;
    }

    private static Outcome<Told> told(Notice notice, @Nullable Notice before) {
        boolean same = before == null
                || (before.user().equals(notice.user()) && before.text().equals(notice.text()));
        return same
                ? Outcome.done(new Told(notice.id(), before != null))
                : Outcome.refused(new Refusal.CidConflict("this cid said another warning"));
    }

    /** Refused with {@code conflict} when they have seen it, or somebody took it back; with {@code not_found} when there is none. */
    public Outcome<Told> takeBack(Actor by, UserId about, String id, @Nullable String why) {
        var there = new AtomicBoolean();
        return acts.takeWarningBack(by, about, jdbc -> takeBack(jdbc, about, id, there), why)
                .then(done -> done.changed() ? Outcome.done(new Told(id, false)) : stands(there.get()));
    }

    private boolean takeBack(Connection jdbc, UserId about, String id, AtomicBoolean there) throws SQLException {
        there.set(Notices.find(jdbc, id)
                .filter(notice -> notice.user().equals(about) && notice.kind() == Notice.Kind.WARNING)
                .isPresent());
        return there.get() && Notices.takeBack(jdbc, id, about, clock.instant());
    }

    private static Outcome<Told> stands(boolean there) {
        return Outcome.refused(
                there
                        ? new Refusal.Conflict("they have seen it, or it was taken back before")
                        : new Refusal.NotFound("there is no such warning"));
    }

    /** Those of reports too, the newest first. @param limit at most {@link Notices#MOST_SHOWN} */
    public List<Notice> of(UserId about, int limit) {
        return notices.all(about, Notice.Kind.WARNING, limit);
    }

    /** The id of the warning that this command tells: as long as an id may be. */
    public static String id(Actor by, String commandId) {
        return "w_" + Sha256.hex(by.user() + " " + commandId).substring(0, 32);
    }
}
