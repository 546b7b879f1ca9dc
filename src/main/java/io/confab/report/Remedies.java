package io.confab.report;

import io.confab.identity.AccountActs;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.moderation.RoomActs;
import io.confab.moderation.StaffMember;
import io.confab.room.SanctionKind;
import io.confab.store.Database;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;

/**
 * Carries decisions out: each act through the entry bean that does it for everybody, with a command id made of the
 * decision's id, so that doing it again does nothing. Blocks until the commits. Thread-safe.
 */
@Singleton
public class Remedies {
    private static final System.Logger LOG = System.getLogger(Remedies.class.getName());
    private static final int MOST_TOLD = 1_000;

    private final Transactions transactions;
    private final RoomActs roomActs;
    private final AccountActs accountActs;

    @Inject
    public Remedies(Database database, RoomActs roomActs, AccountActs accountActs) {
        this.transactions = database.transactions();
        this.roomActs = roomActs;
        this.accountActs = accountActs;
    }

    /** Does what is pending, in order, and marks it; what may pass by itself stays pending. */
    void carryOut(StaffMember by, CaseRow about, Decision decision) {
        for (Decision.Act act : decision.acts()) {
            if (act.state() == Decision.State.PENDING) {
                settle(decision, act, perform(by, about, decision, act));
            }
        }
    }

    private void settle(Decision decision, Decision.Act act, Outcome<?> outcome) {
        switch (outcome) {
            case Outcome.Done<?> ignored -> mark(decision, act, Decision.State.DONE, "");
            case Outcome.Refused<?>(Refusal.Internal unknown) ->
                LOG.log(
                        Level.WARNING,
                        "act {0} of decision {1} may not be done: {2}",
                        act.no(),
                        decision.id(),
                        unknown.message());
            case Outcome.Refused<?>(Refusal.Unavailable away) ->
                LOG.log(
                        Level.WARNING,
                        "act {0} of decision {1} is not done: {2}",
                        act.no(),
                        decision.id(),
                        away.message());
            case Outcome.Refused<?>(Refusal theirs)
            when isAboutWhoActs(theirs) ->
                LOG.log(Level.INFO, "act {0} of decision {1} waits for who may do it", act.no(), decision.id());
            case Outcome.Refused<?>(Refusal refusal) -> mark(decision, act, Decision.State.REFUSED, refusal.message());
        }
    }

    /** Somebody with the right may still finish it. */
    private static boolean isAboutWhoActs(Refusal refusal) {
        return refusal instanceof Refusal.Forbidden || refusal instanceof Refusal.Unauthorized;
    }

    private void mark(Decision decision, Decision.Act act, Decision.State state, String told) {
        String cut = told.length() > MOST_TOLD ? told.substring(0, MOST_TOLD) : told;
        try {
            transactions.write((em, jdbc) -> {
                DecisionRows.mark(jdbc, decision.id(), act.no(), state, cut);
                return true;
            });
        } catch (StoreFailure e) { // it is done all the same, and found so when it is done again
            LOG.log(Level.WARNING, "act " + act.no() + " of decision " + decision.id() + " is not marked", e);
        }
    }

    private Outcome<?> perform(StaffMember by, CaseRow about, Decision decision, Decision.Act act) {
        try {
            return switch (act.remedy()) {
                case SUSPEND -> accountActs.suspend(by.actor(), about.author(), act.until(), decision.reason());
                case UNSUSPEND -> accountActs.lift(by.actor(), about.author(), decision.reason());
                case HIDE, DELETE, RESTORE, MUTE, BAN, UNMUTE, UNBAN -> inRoom(by, about, decision, act);
            };
        } catch (StoreFailure e) {
            LOG.log(Level.WARNING, "act " + act.no() + " of decision " + decision.id() + " met the database", e);
            return Outcome.refused(new Refusal.Internal("the database did not answer"));
        }
    }

    private Outcome<?> inRoom(StaffMember by, CaseRow about, Decision decision, Decision.Act act) {
        if (!(about.target() instanceof Target.Message message)) {
            return Outcome.refused(new Refusal.BadRequest("no room was reported"));
        }
        String why = decision.reason().isEmpty() ? decision.verdict().why() : decision.reason();
        String told = decision.reason().isEmpty() ? null : decision.reason();
        var command = new RoomActs.Act(by, message.room(), why, told, decision.id() + "-" + act.no());
        return switch (act.remedy()) {
            case HIDE -> roomActs.hide(command, message.seq());
            case DELETE -> roomActs.delete(command, message.seq());
            case RESTORE -> roomActs.restore(command, message.seq());
            case MUTE -> roomActs.sanction(command, about.author(), SanctionKind.MUTE, act.until());
            case BAN -> roomActs.sanction(command, about.author(), SanctionKind.BAN, act.until());
            case UNMUTE -> roomActs.lift(command, about.author(), SanctionKind.MUTE);
            case UNBAN -> roomActs.lift(command, about.author(), SanctionKind.BAN);
            case SUSPEND, UNSUSPEND -> throw new IllegalStateException(act.remedy() + " is not done in a room");
        };
    }
}
