package io.confab.report;

import io.confab.identity.Outcome;
import io.confab.identity.StaffRight;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.moderation.StaffMember;
import io.confab.store.Database;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Staff decide cases. A decision is a row first, with its acts and its audit line, in a transaction that compares the case's
 * version: of two who decide at the same moment one does, and the other is told who and what, with nothing done. Then its acts
 * are carried out ({@link Remedies}); what a dead node or a database that was away left undone, {@link UnfinishedDecisions} does.
 * Each takes a command id: the same one again changes nothing and gives the first decision, with {@code duplicate}.
 * Thread-safe; throws {@link StoreFailure} when it is not known to be decided.
 */
@Singleton
public class Decisions {
    public static final int MOST_TOGETHER = 100;

    /** So long one request waits for rooms to do what it decided; what is left then the server does. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private static final int ATTEMPTS = 5;
    // of a case, or of the case of a decision; primary keys
    private static final String CONCERNED = "select author_id from mod_case"
            + " where id = coalesce((select case_id from mod_decision where id = ?), ?)";

    private final Transactions transactions;
    private final StaffRight right;
    private final Remedies remedies;
    private final AutoHide autoHide;
    private final Clock clock;
    private final Ids ids = new Ids();

    @Inject
    public Decisions(Database database, StaffRight right, Remedies remedies, AutoHide autoHide, Clock clock) {
        this.transactions = database.transactions();
        this.right = right;
        this.remedies = remedies;
        this.autoHide = autoHide;
        this.clock = clock;
    }

    /** A decision as it stands. @param duplicate it had been made by this very command */
    public record Made(Decision decision, boolean duplicate) {}

    /** What is written by somebody who may, when it is not known yet. */
    private interface Writing {
        Outcome<Decision> by(CaseMoves moves) throws SQLException;
    }

    /**
     * Decides a case, or hands it to the admins. Refused with {@code forbidden}, {@code not_found} or {@code bad_request};
     * with {@code conflict} when somebody else has decided since the case was read.
     */
    public Outcome<Made> decide(StaffMember by, Wish wish) {
        return written(by, wish).map(made -> carriedOut(made, end()));
    }

    /** Another case that is to be decided alike. @param version as it was read */
    public record Other(String caseId, long version) {}

    /** @param others what became of each of them */
    public record Together(Made first, Map<Other, Outcome<Made>> others) {}

    /**
     * Decides a case and others with it, each by a decision of its own: with the same verdict, reason and note, and of what is to be
     * done what is done to the message; what is done to the person is done once, by the first. When the first is refused, nothing is done;
     * of the others each may be refused by itself. What is not carried out within some seconds is left to the server
     * ({@link UnfinishedDecisions}): then it is pending.
     *
     * @param others at most {@link #MOST_TOGETHER}
     */
    public Outcome<Together> decide(StaffMember by, Wish wish, List<Other> others) {
        if (others.size() > MOST_TOGETHER) {
            return Outcome.refused(new Refusal.BadRequest("at most " + MOST_TOGETHER + " others at once"));
        }
        Instant end = end();
        return written(by, wish).map(first -> {
            var all = new LinkedHashMap<Other, Outcome<Made>>();
            others.forEach(other -> all.put(other, written(by, also(by, wish, other))));
            remedies.carryOutAtOnce(first.decision().id(), end);
            all.replaceAll((other, outcome) -> outcome.map(made -> carriedOut(made, end)));
            // what the others take away is theirs: a job that goes over the same messages is ordered after them
            return new Together(carriedOut(first, end), all);
        });
    }

    private Wish also(StaffMember by, Wish wish, Other other) {
        boolean goes = wish.deletesRecent()
                && transactions.read((em, jdbc) -> {
                    Optional<CaseRow> first = CaseRow.find(jdbc, wish.caseId());
                    Optional<CaseRow> second = CaseRow.find(jdbc, other.caseId());
                    return first.isPresent()
                            && second.isPresent()
                            && first.get().author().equals(second.get().author())
                            && Scene.read(jdbc, second.get())
                                    .obstacle(Remedy.DELETE, by.user(), by.role())
                                    .isEmpty();
                });
        return wish.also(other.caseId(), other.version(), goes);
    }

    private Outcome<Made> written(StaffMember by, Wish wish) {
        return wish.problem()
                .<Outcome<Made>>map(Outcome::refused)
                .orElseGet(() -> written(by, wish.caseId(), wish.commandId(), moves -> moves.decide(wish)));
    }

    /** A remark for the others of staff; the case stays as it is. */
    public Outcome<Made> note(StaffMember by, String caseId, String text, String commandId) {
        var wish = new Wish(caseId, 0, Verdict.NOTE, List.of(), "", text, commandId);
        return wish.problem()
                .<Outcome<Made>>map(Outcome::refused)
                .orElseGet(() -> once(by, caseId, commandId, moves -> moves.note(wish)));
    }

    /**
     * Takes a decision back: the case is open again, and what the decision laid on somebody is as it was before. Refused with
     * {@code conflict} when something of it no longer stands as the decision left it, or is not finished.
     *
     * @param version of the case, as it was read
     */
    public Outcome<Made> undo(StaffMember by, String decisionId, long version, String commandId) {
        return once(by, decisionId, commandId, moves -> moves.takeBack(decisionId, version, commandId));
    }

    /** Does what is still pending of a decision; a moderator of the room, of one that the room made. */
    public Outcome<Made> finish(StaffMember by, String decisionId) {
        return transactions
                .write((em, jdbc) -> {
                    Optional<Refusal> refusal = by.reach().isAll()
                            ? right.refusal(em, jdbc, by.actor())
                            : right.refusalInRoom(em, jdbc, by.actor(), by.user());
                    if (refusal.isPresent()) {
                        return Outcome.<Made>refused(refusal.get());
                    }
                    var moves = new CaseMoves(jdbc, by, clock.instant(), ids);
                    return moves.mayFinish(decisionId).map(decision -> new Made(decision, false));
                })
                .map(made -> carriedOut(made, end()));
    }

    private Instant end() {
        return clock.instant().plus(LONGEST);
    }

    /** @param about the case, or the decision, whose author is locked */
    private Outcome<Made> once(StaffMember by, String about, String command, Writing writing) {
        return written(by, about, command, writing).map(made -> carriedOut(made, end()));
    }

    /** What others wrote at the same moment, about the same reporters, is no reason to fail: then all of it is tried again. */
    private Outcome<Made> written(StaffMember by, String about, String command, Writing writing) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write(by, about, command, writing);
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** One at a time of what is decided about a person: what they were done depends on what others have decided. */
    private Outcome<Made> write(StaffMember by, String about, String command, Writing writing) {
        return transactions.write((em, jdbc) -> {
            UserId concerned = Sql.first(jdbc, CONCERNED, row -> new UserId(row.getString(1)), about, about)
                    .orElse(by.user());
            Optional<Refusal> refusal = by.reach().isAll()
                    ? right.refusal(em, jdbc, by.actor(), concerned)
                    : right.refusalInRoom(em, jdbc, by.actor(), concerned);
            if (refusal.isPresent()) {
                return Outcome.refused(refusal.get());
            }
            Optional<Decision> known = DecisionRows.ofCommand(jdbc, by.user(), command);
            if (known.isPresent()) {
                return Outcome.done(new Made(known.get(), true));
            }
            var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            return writing.by(new CaseMoves(jdbc, by, now, ids)).map(decision -> new Made(decision, false));
        });
    }

    private Made carriedOut(Made made, Instant end) {
        Decision decision = made.decision();
        if (decision.isPending()) {
            remedies.carryOut(decision.id(), end);
        }
        if (decision.verdict().closes()) {
            autoHide.decided(decision.caseId(), Duration.between(clock.instant(), end));
        }
        return decision.isPending()
                ? new Made(
                        transactions.read((em, jdbc) ->
                                DecisionRows.find(jdbc, decision.id()).orElse(decision)),
                        made.duplicate())
                : made;
    }
}
