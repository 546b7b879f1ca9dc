package io.confab.room;

import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.kernel.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules of creating a room. Anyone with an account may: the creator of a public or private room owns it, the people
 * named are members. A direct room is of exactly two distinct people, both members, and has no name.
 */
final class Founding {
    private Founding() {}

    static Creation create(RoomCommand.CreateRoom command, Facts.Actor creator, Set<UserId> existing, RoomRules rules) {
        var others = new LinkedHashSet<>(command.members());
        others.remove(creator.user());
        Optional<Refusal> refusal =
                suspended(creator).or(() -> malformed(command, others, rules)).or(() -> unknown(others, existing));
        if (refusal.isPresent()) {
            return new Creation.Refused(refusal.get());
        }
        if (command.kind() == RoomKind.DIRECT) {
            UserId other = others.iterator().next();
            return new Creation.Created(
                    events(RoomKind.DIRECT, "", creator.user(), RoomRole.MEMBER, others),
                    RoomDecisions.directKey(creator.user(), other));
        }
        return new Creation.Created(
                events(command.kind(), command.name(), creator.user(), RoomRole.OWNER, others), null);
    }

    private static List<RoomEvent> events(
            RoomKind kind, String name, UserId creator, RoomRole creatorRole, Set<UserId> others) {
        var events = new ArrayList<RoomEvent>();
        events.add(new RoomEvent.RoomCreated(kind, name));
        events.add(new RoomEvent.MemberJoined(creator, creatorRole));
        others.forEach(user -> events.add(new RoomEvent.MemberJoined(user, RoomRole.MEMBER)));
        return events;
    }

    private static Optional<Refusal> suspended(Facts.Actor creator) {
        return creator.suspended() ? Optional.of(new Refusal.Forbidden("this account is suspended")) : Optional.empty();
    }

    private static Optional<Refusal> malformed(RoomCommand.CreateRoom command, Set<UserId> others, RoomRules rules) {
        if (command.kind() == RoomKind.DIRECT) {
            return others.size() == 1 && command.members().size() <= 2
                    ? Optional.empty()
                    : Optional.of(new Refusal.BadRequest("'members' of a direct room must name one other person"));
        }
        if (command.members().size() > rules.maxInitialMembers()) {
            return Optional.of(
                    new Refusal.BadRequest("'members' must name at most " + rules.maxInitialMembers() + " people"));
        }
        return VisibleText.nameProblem("name", command.name(), RoomRules.MAX_NAME_CHARS);
    }

    private static Optional<Refusal> unknown(Set<UserId> others, Set<UserId> existing) {
        return existing.containsAll(others)
                ? Optional.empty()
                : Optional.of(new Refusal.NotFound("'members' names somebody who has no account"));
    }
}
