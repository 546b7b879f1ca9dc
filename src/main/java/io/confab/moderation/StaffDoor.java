package io.confab.moderation;

import io.confab.identity.Account;
import io.confab.identity.Accounts;
import io.confab.identity.ConsoleSignIns;
import io.confab.kernel.SignInId;
import io.confab.kernel.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Whether somebody may be in the console now, as {@link ConsoleSignIns} knows at this very request. Thread-safe. */
@Singleton
public class StaffDoor {
    private final ConsoleSignIns signIns;
    private final Accounts accounts;
    private final RoomList rooms;

    @Inject
    public StaffDoor(ConsoleSignIns signIns, Accounts accounts, RoomList rooms) {
        this.signIns = signIns;
        this.accounts = accounts;
        this.rooms = rooms;
    }

    /**
     * Staff, with all that is asked of them. Empty: not staff (any more), without the second factor that is asked, no account,
     * suspended, or the sign-in has ended.
     */
    public Optional<StaffMember> admit(UserId user, SignInId signIn, String address) {
        return enter(user, signIn, address).filter(member -> member.reach().isAll() && !member.factorMissing());
    }

    /**
     * Who gets into the console: staff reach all rooms, anybody else those that they moderate; and staff who have to set up a
     * second factor first. Empty: none of these (any more), no account, suspended, or the sign-in has ended.
     */
    public Optional<StaffMember> enter(UserId user, SignInId signIn, String address) {
        return signIns.look(user, signIn).flatMap(found -> enter(found, address));
    }

    /** Likewise, for who was found at this very request. */
    public Optional<StaffMember> enter(ConsoleSignIns.Found found, String address) {
        ConsoleSignIns.Person person = signIns.use(found);
        return reach(person.account())
                .map(reach ->
                        new StaffMember(person.account(), found.signIn(), address, reach, person.factorMissing()));
    }

    /**
     * What somebody sees whose page is open, by that sign-in, as of now; it does not count as used. Empty: nothing (any more), as
     * with {@link #enter}, and without the second factor that is asked.
     */
    public Optional<Reach> sees(UserId user, SignInId signIn) {
        return signIns.look(user, signIn)
                .map(ConsoleSignIns.Found::person)
                .filter(person -> !person.factorMissing())
                .flatMap(person -> reach(person.account()));
    }

    /** Whether the console is for this person, who has shown their password and has no sign-in yet. */
    public boolean isFor(UserId user) {
        return accounts.find(user).flatMap(this::reach).isPresent();
    }

    private Optional<Reach> reach(Account account) {
        Reach reach = account.role().isStaff() ? Reach.ALL : new Reach(account.id());
        return reach.isAll() || rooms.reachesAny(reach) ? Optional.of(reach) : Optional.empty();
    }
}
