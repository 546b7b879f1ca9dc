package io.confab.admin;

import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.InviteList;
import io.confab.moderation.Reach;
import io.confab.moderation.RoomList;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what an act is about, to be named before it is done. */
@ApplicationScoped
public class ActTargets {
    @Inject
    private Console console;

    /**
     * @param room null: the act is on the account alone
     * @param message the message as it stands, null: none
     * @param invite null: none, or one that is to be made
     */
    public record Target(
            @Nullable Account person,
            RoomList.@Nullable Row room,
            History.@Nullable Message message,
            InviteList.@Nullable Row invite) {}

    /** Empty: the invite, room, person or message is not there, or its room is out of reach. */
    Optional<Target> find(ActAddress address, Reach reach) {
        StaffAct act = address.act();
        if (act == StaffAct.MAKE_INVITE || act.onPolicy()) {
            return Optional.of(new Target(null, null, null, null));
        }
        if (act.onInvite()) {
            return console.inviteList().find(address.invite()).map(row -> new Target(null, null, null, row));
        }
        if (!act.inRoom()) {
            return person(address, null);
        }
        var room = new RoomId(address.room());
        Long seq = address.seq();
        return console.rooms()
                .find(room, reach)
                .flatMap(where -> act.onMessage() && seq != null
                        ? message(room, seq).flatMap(message -> author(message, where))
                        : person(address, where));
    }

    private Optional<Target> person(ActAddress address, RoomList.@Nullable Row where) {
        return console.accounts().find(new UserId(address.user())).map(person -> new Target(person, where, null, null));
    }

    private Optional<History.Message> message(RoomId room, long seq) {
        return console.history().after(room, seq - 1, seq, 1).rows().stream()
                .filter(message -> message.seq() == seq)
                .findFirst();
    }

    private Optional<Target> author(History.Message message, RoomList.@Nullable Row room) {
        return console.accounts().find(new UserId(message.by())).map(by -> new Target(by, room, message, null));
    }
}
