package io.confab.rule;

import io.confab.kernel.RoomId;
import io.confab.room.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule as somebody wrote it.
 *
 * @param name for staff
 * @param told what the author of a message is told; null: only that it is against a rule
 * @param muteFor of {@link RuleAct#MUTE}, else zero
 * @param youngerThan only people whose account is younger; zero: all
 * @param exemptRooms where it does not hold
 */
public record RuleDefinition(
        String name,
        Trigger trigger,
        RuleAct act,
        @Nullable String told,
        Duration muteFor,
        Duration youngerThan,
        Set<Verdict.Exempt> exempt,
        List<RoomId> exemptRooms) {
    public RuleDefinition {
        exempt = Set.copyOf(exempt);
        exemptRooms = List.copyOf(exemptRooms);
    }

    /** Whether it meets the same messages and does the same to them: only what it is called and tells may differ. */
    boolean doesTheSameAs(RuleDefinition other) {
        return new RuleDefinition(
                        name,
                        other.trigger,
                        other.act,
                        told,
                        other.muteFor,
                        other.youngerThan,
                        other.exempt,
                        other.exemptRooms)
                .equals(this);
    }

    /** @param role global; null: none. @param roomRole in the room of the message; null: none */
    boolean isExempt(@Nullable String role, @Nullable String roomRole) {
        return ("admin".equals(role) && exempt.contains(Verdict.Exempt.ADMIN))
                || ("moderator".equals(role) && exempt.contains(Verdict.Exempt.MODERATOR))
                || ("owner".equals(roomRole) && exempt.contains(Verdict.Exempt.ROOM_OWNER))
                || ("moderator".equals(roomRole) && exempt.contains(Verdict.Exempt.ROOM_MODERATOR));
    }

    /** Whether an account was too old for a rule that is about younger ones. */
    boolean isOld(long createdMillis, long atMillis) {
        return !youngerThan.isZero() && atMillis - createdMillis >= youngerThan.toMillis();
    }
}
