package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.room.RoomRules;
import java.time.Clock;

/** The fake, held to what the real log does. */
final class InMemoryFixture extends LogFixture {
    private final InMemoryRoomLog log = new InMemoryRoomLog(RoomRules.defaults(), Clock.systemUTC());
    private final Ids ids = new Ids();

    @Override
    RoomLog log() {
        return log;
    }

    @Override
    RoomReader reader() {
        return log;
    }

    @Override
    Person person(String username, GlobalRole role) {
        var person = new Person(ids.user(), ids.signIn(), username);
        log.account(person.user(), username, role, false);
        return person;
    }

    @Override
    void suspend(Person person) {
        log.account(person.user(), person.username(), GlobalRole.USER, true);
    }

    @Override
    void endSignIn(Person person) {
        log.endSignIn(person.signIn());
    }
}
