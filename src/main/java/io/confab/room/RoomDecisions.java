package io.confab.room;

import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides commands against a room as it stands. Pure: same rules, same arguments, same decision. Every rule of a room is
 * reached from here; nothing else in Confab permits or refuses what happens in one. Make one from {@link RoomRules} and
 * keep it; thread-safe.
 *
 * <pre>
 * var decisions = new RoomDecisions(RoomRules.from(configuration));
 * switch (decisions.decide(state, command, facts, clock.instant())) { case Happens … case Already … case Refused … }
 * </pre>
 *
 * Order of checks: {@link Door}, then the rules of the command (docs/adr/0013). A repeat of a cid is answered by the log
 * before it asks here.
 */
public final class RoomDecisions {
    /** What somebody is told of a room that does not exist or that they may not know of: the two are alike. */
    public static final Refusal NO_SUCH_ROOM = Door.NO_SUCH_ROOM;

    private static final RoomCommand ANY_MESSAGE = new RoomCommand.PostMessage(
            EventJson.body(Json.object().put("type", "text").put("text", "x")), null, null);

    private final RoomRules rules;

    public RoomDecisions(RoomRules rules) {
        this.rules = rules;
    }

    /**
     * What follows from a command.
     *
     * @param facts read in the transaction that will commit the events, for this command and this room
     * @param now by the clock; the events' time is {@link RoomState#next}
     */
    public Decision decide(RoomState room, RoomCommand command, Facts facts, Instant now) {
        Situation s = Situation.of(room, command, facts, now);
        Optional<Refusal> refusal = Door.refusal(s, command);
        if (refusal.isPresent()) {
            return Decision.refused(refusal.get());
        }
        return switch (command) {
            case RoomCommand.PostMessage post -> Speech.post(s, post);
            case RoomCommand.Announce announce -> Speech.announce(s, announce);
            case RoomCommand.EditMessage edit -> Speech.edit(s, edit, rules.editWindow());
            case RoomCommand.DeleteMessage delete -> Takedowns.delete(s, delete);
            case RoomCommand.HideMessage hide -> Takedowns.hide(s, hide);
            case RoomCommand.RestoreMessage restore -> Takedowns.restore(s, restore);
            case RoomCommand.RemoveMessages remove -> Takedowns.remove(s, remove);
            case RoomCommand.ReturnMessage back -> Takedowns.giveBack(s, back);
            case RoomCommand.PinMessage pin -> Pins.pin(s, pin, rules.maxPins());
            case RoomCommand.UnpinMessage unpin -> Pins.unpin(s, unpin);
            case RoomCommand.JoinRoom ignored -> Members.join(s, rules.maxMembers());
            case RoomCommand.LeaveRoom ignored -> Members.leave(s);
            case RoomCommand.InviteMember invite -> Members.invite(s, invite, rules.maxMembers());
            case RoomCommand.SetRole setRole -> Members.setRole(s, setRole);
            case RoomCommand.KickMember kick -> Sanctions.kick(s, kick);
            case RoomCommand.SetSanction set -> Sanctions.set(s, set);
            case RoomCommand.LiftSanction lift -> Sanctions.lift(s, lift);
            case RoomCommand.UpdateRoom update -> RoomSettings.update(s, update, rules.maxSlowMode());
            case RoomCommand.ArchiveRoom ignored -> RoomSettings.archive(s);
        };
    }

    /**
     * What follows from a command whose text has met rules: these come last, so that they tell nobody more than they would be
     * told without.
     *
     * @param verdict null: its text met none
     */
    public Decision decide(RoomState room, RoomCommand command, Facts facts, @Nullable Verdict verdict, Instant now) {
        Decision decision = decide(room, command, facts, now);
        return verdict != null && decision instanceof Decision.Happens happens
                ? verdict.applied(Situation.of(room, command, facts, now), happens)
                : decision;
    }

    /** Whether a message of this person, whatever it says, would be taken just now if there were no slow mode. */
    public static boolean mayWrite(RoomState room, Facts.Actor actor, Membership sender, Instant now) {
        var facts = new Facts(actor, sender, null, null, Map.of(), Map.of());
        Situation s = Situation.of(room, ANY_MESSAGE, facts, now);
        return Door.refusal(s, ANY_MESSAGE).or(() -> Speech.silenced(s)).isEmpty();
    }

    /**
     * What follows from the wish for a new room: {@code room.created}, then a {@code member.joined} for each person, the
     * creator first.
     *
     * @param creator the account that asks, as it stands
     * @param existing those of {@code command.members()} that are accounts
     */
    public Creation create(RoomCommand.CreateRoom command, Facts.Actor creator, Set<UserId> existing) {
        return Founding.create(command, creator, existing, rules);
    }

    /** The unique key of the direct room of two people: both ids, sorted, joined by a colon. */
    public static String directKey(UserId one, UserId other) {
        return one.compareTo(other) < 0 ? one + ":" + other : other + ":" + one;
    }
}
