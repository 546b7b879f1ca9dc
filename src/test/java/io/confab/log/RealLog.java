package io.confab.log;

import io.confab.kernel.GlobalRole;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.confab.room.RoomKind;
import io.confab.store.Database;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The log of one node over a database, for tests of those that read what it wrote. */
public final class RealLog implements AutoCloseable {
    private final DatabaseFixture log;
    private final AtomicInteger rooms = new AtomicInteger();

    private final String url;

    private RealLog(String url) {
        this.url = url;
        this.log = DatabaseFixture.open(url);
    }

    public static RealLog open(String url) {
        return new RealLog(url);
    }

    public String url() {
        return url;
    }

    /** Somebody with an account. */
    public static final class Person {
        private final LogFixture.Person person;

        private Person(LogFixture.Person person) {
            this.person = person;
        }

        public UserId user() {
            return person.user();
        }
    }

    public static String freshH2() {
        return DatabaseFixture.freshH2();
    }

    public Database database() {
        return log.database;
    }

    public RoomReader reader() {
        return log.reader;
    }

    public Person person() {
        return new Person(log.person("p" + rooms.incrementAndGet() + "_"));
    }

    public RoomId room(RoomKind kind, Person owner, Person... others) {
        var all = Arrays.stream(others).map(other -> other.person).toArray(LogFixture.Person[]::new);
        return log.room(owner.person, kind, all);
    }

    /** @return its number */
    public long post(Person by, RoomId room, String text) {
        return log.posts(by.person, room, text).seq();
    }

    /** The same text so often, many under way at once. */
    public void post(Person by, RoomId room, String text, int times) {
        IntStream.range(0, times)
                .mapToObj(i -> log.submits(by.person, room, LogFixture.post(text), null))
                .toList()
                .forEach(answer -> LogFixture.accepted(LogFixture.answer(answer)));
    }

    public void edit(Person by, RoomId room, long seq, String text) {
        log.succeeds(by.person, room, new RoomCommand.EditMessage(seq, LogFixture.text(text)));
    }

    public void delete(Person by, RoomId room, long seq) {
        log.succeeds(by.person, room, new RoomCommand.DeleteMessage(seq, null));
    }

    /** Somebody of global staff. */
    public Person moderator() {
        return new Person(log.person("m" + rooms.incrementAndGet(), GlobalRole.MODERATOR));
    }

    public void hide(Person by, RoomId room, long seq) {
        log.succeeds(by.person, room, new RoomCommand.HideMessage(seq, "a test"));
    }

    public void bringBack(Person by, RoomId room, long seq) {
        log.succeeds(by.person, room, new RoomCommand.RestoreMessage(seq));
    }

    public void deleteAll(Person by, RoomId room, List<Long> numbers) {
        log.succeeds(by.person, room, new RoomCommand.RemoveMessages(numbers, "a test"));
    }

    public int update(String sql, Object... values) {
        return log.update(sql, values);
    }

    public long number(String sql, Object... values) {
        return log.number(sql, values);
    }

    @Override
    public void close() {
        log.close();
    }
}
