package io.confab.report;

import io.confab.identity.Outcome;
import io.confab.job.DecidedJobs;
import io.confab.kernel.Refusal;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Hides a message that many, or the right people, have reported, until somebody has decided: in the server's name, once in a
 * round of its case, with its audit line. A decision that lets it stand brings it back. When the two meet, each looks again
 * after its commit, so one of them sees the other. Thread-safe.
 */
@Singleton
public class AutoHide {
    private static final System.Logger LOG = System.getLogger(AutoHide.class.getName());
    private static final String HEAVY =
            CaseRow.SELECT + " where c.target = ? and c.state <> 'closed' and c.score >= ?"; // unique target

    private final Reads reads;
    private final RoomActs acts;
    private final HidePolicy policy;

    @Inject
    public AutoHide(Database database, RoomActs acts, HidePolicy policy) {
        this.reads = database.reads();
        this.acts = acts;
        this.policy = policy;
    }

    /** After each report of a message: hides it when its case has come to the score. What fails, the next report tries again. */
    void reported(Target.Message message) {
        reads.query(jdbc -> heavy(jdbc, message, policy.score(jdbc))).ifPresent(about -> hide(message, about));
    }

    private static Optional<CaseRow> heavy(Connection jdbc, Target.Message message, int score) throws SQLException {
        if (score == 0) {
            return Optional.empty();
        }
        Optional<CaseRow> heavy = Sql.first(jdbc, HEAVY, CaseRow::of, message.key(), score);
        boolean stands = heavy.isPresent() && !Scene.read(jdbc, heavy.get()).deleted();
        return stands ? heavy : Optional.empty();
    }

    private void hide(Target.Message message, CaseRow about) {
        if (told(acts.hide(act(message, about, "hide"), message.seq()), message)) {
            decided(about.id());
        }
    }

    /**
     * After a decision: a message that is hidden for review, though its case was closed by one that lets it stand, comes back.
     *
     * @return false: it was not found out, or not done; asked again it may be
     */
    boolean decided(String caseId) {
        return decided(caseId, acts);
    }

    /** Likewise, and waits for its room no longer than that. */
    void decided(String caseId, Duration longest) {
        decided(caseId, acts.within(longest));
    }

    private boolean decided(String caseId, RoomActs within) {
        try {
            return reads.query(jdbc -> {
                        CaseRow about = CaseRow.find(jdbc, caseId).orElseThrow();
                        Optional<Decision> closing = DecisionRows.closing(jdbc, caseId, about.round());
                        boolean left = about.isClosed()
                                && Scene.read(jdbc, about).forReview()
                                && closing.isPresent()
                                && !takesMessageAway(jdbc, closing.get());
                        return left ? Optional.of(about) : Optional.<CaseRow>empty();
                    })
                    .map(about -> isShown(about, within))
                    .orElse(true);
        } catch (StoreFailure e) { // what was decided or reported stands all the same
            LOG.log(Level.WARNING, "whether the message of case " + caseId + " is to come back was not looked up", e);
            return false;
        }
    }

    /** But for what a job was to take away that was stopped or taken back since. */
    private static boolean takesMessageAway(Connection jdbc, Decision decision) throws SQLException {
        for (Decision.Act act : decision.acts()) {
            Optional<String> job = decision.jobOf(act);
            boolean calledOff = job.isPresent() && DecidedJobs.isCalledOff(jdbc, job.get());
            if (act.takesMessageAway() && act.state() != Decision.State.REFUSED && !calledOff) {
                return true;
            }
        }
        return false;
    }

    /** Or never will be: a text that is not kept any more. */
    private static boolean isShown(CaseRow about, RoomActs within) {
        if (!(about.target() instanceof Target.Message message)) {
            return true;
        }
        Outcome<Answer.Accepted> outcome = within.restore(act(message, about, "show"), message.seq());
        told(outcome, message);
        return switch (outcome) {
            case Outcome.Refused<Answer.Accepted>(Refusal.Unavailable away) -> false;
            case Outcome.Refused<Answer.Accepted>(Refusal.Internal unknown) -> false;
            case Outcome.Refused<Answer.Accepted> never -> true;
            case Outcome.Done<Answer.Accepted> done -> true;
        };
    }

    private static RoomActs.Act act(Target.Message message, CaseRow about, String what) {
        String command = what + "-" + about.id() + "-" + about.round();
        return RoomActs.Act.byServer(message.room(), "reported, score " + about.score(), null, command, null);
    }

    private static boolean told(Outcome<Answer.Accepted> outcome, Target.Message message) {
        if (outcome instanceof Outcome.Refused<Answer.Accepted> refused) {
            LOG.log(
                    Level.WARNING,
                    "{0} was not hidden or shown: {1}",
                    message.key(),
                    refused.refusal().message());
            return false;
        }
        return true;
    }
}
