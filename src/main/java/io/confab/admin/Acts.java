package io.confab.admin;

import io.confab.identity.AccountActs;
import io.confab.identity.Actor;
import io.confab.identity.FactorRule;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import io.confab.log.Answer;
import io.confab.moderation.RoomActs;
import io.confab.moderation.StaffMember;
import io.confab.report.Warnings;
import io.confab.room.SanctionKind;
import io.confab.store.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does what the form of an act says: in a room, on an account or on an invite. Thread-safe. */
@ApplicationScoped
public class Acts {
    private static final System.Logger LOG = System.getLogger(Acts.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** As {@link RoomActs} says it. Sent again, an act on an account finds what was so already. */
    static final Refusal UNKNOWN =
            new Refusal.Internal("the outcome is not known yet; send it again as it is, or look at the audit trail");

    /** An invite has no key by which a repeat is known, and its code is shown once only. */
    static final Refusal UNKNOWN_INVITE =
            new Refusal.Internal("the outcome is not known; look for the invite in the list, and take it back if it is"
                    + " there, since its code was not shown. Sent again, this makes one more");

    @Inject
    private Console console;

    @Inject
    private Visit visit;

    @Inject
    private Door door;

    /**
     * What stands in the form.
     *
     * @param until end of what is timed; null: until lifted
     */
    record Form(String commandId, @Nullable Instant until, Reasons why, GlobalRole role, FactorRule rule, int days) {}

    /** @param note for staff alone; @param told what those concerned read; where only one is written it stands for the trail too */
    record Reasons(String note, String told) {
        static final String SAY_WHY = "Say why, in one of the two fields.";

        boolean isEmpty() {
            return note.isBlank() && told.isBlank();
        }

        /** For the audit trail. */
        String why() {
            return note.isBlank() ? told : note;
        }

        @Nullable
        String toldOrNone() {
            return told.isBlank() ? null : told;
        }
    }

    /** True: it was so already. Refused with {@link Refusal.Internal} when it may have been done. */
    Outcome<Boolean> perform(StaffMember by, ActAddress on, Form form) {
        if (on.act().inRoom()) {
            return inRoom(by, on, form);
        }
        if (form.why().why().isBlank()) {
            return Outcome.refused(new Refusal.BadRequest("say why"));
        }
        if (on.act().onPolicy()) {
            return settled(
                            UNKNOWN,
                            () -> console.factors()
                                    .require(by.actor(), form.rule(), form.why().why()))
                    .map(changed -> !changed);
        }
        if (on.act() == StaffAct.WARN) {
            Reasons said = form.why();
            return settled(
                            UNKNOWN,
                            () -> console.warnings()
                                    .warn(by.actor(), target(on), said.told(), said.why(), form.commandId()))
                    .map(Warnings.Told::duplicate);
        }
        return on.act().onInvite() ? onInvite(by.actor(), on, form) : onAccount(by.actor(), on, form);
    }

    private Outcome<Boolean> inRoom(StaffMember by, ActAddress on, Form form) {
        var command = new RoomActs.Act(
                by, new RoomId(on.room()), form.why().why(), form.why().toldOrNone(), form.commandId());
        RoomActs acts = console.roomActs();
        Outcome<Answer.Accepted> outcome = switch (on.act()) {
            case DELETE_MESSAGE -> acts.delete(command, Objects.requireNonNull(on.seq()));
            case HIDE_MESSAGE -> acts.hide(command, Objects.requireNonNull(on.seq()));
            case RESTORE_MESSAGE -> acts.restore(command, Objects.requireNonNull(on.seq()));
            case MUTE -> acts.sanction(command, target(on), SanctionKind.MUTE, form.until());
            case BAN -> acts.sanction(command, target(on), SanctionKind.BAN, form.until());
            case UNMUTE -> acts.lift(command, target(on), SanctionKind.MUTE);
            case UNBAN -> acts.lift(command, target(on), SanctionKind.BAN);
            case SUSPEND,
                    UNSUSPEND,
                    WARN,
                    SIGN_OUT,
                    SIGN_OUT_ALL,
                    SET_ROLE,
                    REMOVE_FACTOR,
                    SET_FACTOR_RULE,
                    MAKE_INVITE,
                    REVOKE_INVITE -> throw new IllegalStateException(on.act() + " is not done in a room");
        };
        return outcome.map(Answer.Accepted::duplicate);
    }

    private Outcome<Boolean> onAccount(Actor by, ActAddress on, Form form) {
        AccountActs acts = console.accountActs();
        return settled(UNKNOWN, () -> switch (on.act()) {
                    case SUSPEND ->
                        acts.suspend(by, target(on), form.until(), form.why().why());
                    case UNSUSPEND -> acts.lift(by, target(on), form.why().why());
                    case SIGN_OUT ->
                        acts.signOut(
                                by,
                                target(on),
                                new SignInId(on.signIn()),
                                form.why().why());
                    case SIGN_OUT_ALL -> acts.signOut(by, target(on), form.why().why());
                    case SET_ROLE ->
                        acts.setRole(by, target(on), form.role(), form.why().why());
                    case REMOVE_FACTOR ->
                        acts.removeFactor(by, target(on), form.why().why());
                    case DELETE_MESSAGE,
                            HIDE_MESSAGE,
                            RESTORE_MESSAGE,
                            MUTE,
                            UNMUTE,
                            BAN,
                            UNBAN,
                            WARN,
                            SET_FACTOR_RULE,
                            MAKE_INVITE,
                            REVOKE_INVITE -> throw new IllegalStateException(on.act() + " is not done to an account");
                })
                .map(done -> !done.changed());
    }

    private Outcome<Boolean> onInvite(Actor by, ActAddress on, Form form) {
        if (on.act() == StaffAct.REVOKE_INVITE) {
            return settled(
                            UNKNOWN,
                            () -> console.invites()
                                    .revoke(by, on.invite(), form.why().why()))
                    .map(revoked -> !revoked);
        }
        var life = Duration.ofDays(form.days());
        return settled(
                        UNKNOWN_INVITE,
                        () -> console.invites().create(by, life, form.why().why()))
                .map(code -> {
                    visit.show(new Visit.NewInvite(code, door.now().plus(life)));
                    return false;
                });
    }

    private static UserId target(ActAddress on) {
        return new UserId(on.user());
    }

    /** A failure of the database that passes by itself is said above the form; nothing of ours is wrong. */
    static <T> Outcome<T> settled(Refusal unknown, Supplier<Outcome<T>> act) {
        try {
            return act.get();
        } catch (StoreFailure.CommitUnknown e) {
            LOG.log(Level.WARNING, "whether an act of staff was done is not known", e);
            return Outcome.refused(unknown);
        } catch (StoreFailure e) {
            if (!e.mayBeTriedAgain()) {
                throw e;
            }
            LOG.log(Level.WARNING, "the database did not do an act of staff: {0}", e.getMessage());
            return Outcome.refused(new Refusal.Unavailable("the database is away or busy; try again", RETRY));
        }
    }
}
