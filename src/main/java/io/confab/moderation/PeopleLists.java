package io.confab.moderation;

import io.confab.identity.AccountActs;
import io.confab.identity.Actor;
import io.confab.identity.Outcome;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedCollection;
import org.jspecify.annotations.Nullable;

/**
 * Lists of people whom somebody of staff chose to act on at once (docs/adr/0081). A list is frozen when it is made: it names
 * ids, so what the act meets is what was shown, whatever moved meanwhile. One list is for one act; each person in it is one
 * act of {@link AccountActs}, with its own audit line, and what came of it is kept, so that whoever goes on after a failure
 * goes on where it ended, at any node. Thread-safe.
 */
@Singleton
public class PeopleLists {
    public static final int MOST = 500;
    private static final Duration REMEMBERED = Duration.ofDays(7);
    private static final int MAX_TOLD = 200;
    private static final Refusal GONE = new Refusal.NotFound("there is no such list");

    private final Reads reads;
    private final Transactions transactions;
    private final AccountActs acts;
    private final Clock clock;
    private final Ids ids = new Ids();

    @Inject
    public PeopleLists(Database database, AccountActs acts, Clock clock) {
        this.reads = database.reads();
        this.transactions = database.transactions();
        this.acts = acts;
        this.clock = clock;
    }

    /** What is done to each of them. */
    public enum Act {
        SUSPEND,
        UNSUSPEND,
        SIGN_OUT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What came of it for one of them. */
    public enum State {
        /** Nothing yet. */
        CHOSEN,
        DONE,
        /** It was so before. */
        ALREADY,
        REFUSED
    }

    /** @param until end of a suspension; null: until lifted, or no suspension */
    public record Wish(Act act, @Nullable Instant until, String why) {}

    /**
     * One of them as they are now.
     *
     * @param username empty: there is no such account any more
     * @param role null likewise
     */
    public record Person(
            UserId id,
            String username,
            String displayName,
            @Nullable GlobalRole role,
            @Nullable Instant suspendedUntil,
            State state,
            String told) {
        public boolean isThere() {
            return role != null;
        }
    }

    /** @param wish null: nothing was begun */
    public record Whole(
            String id, UserId by, Instant madeAt, @Nullable Wish wish, List<Person> people) {
        public Whole {
            people = List.copyOf(people);
        }

        public long count(State state) {
            return people.stream().filter(person -> person.state() == state).count();
        }

        public boolean isBegun() {
            return wish != null;
        }

        public boolean isFinished() {
            return isBegun() && count(State.CHOSEN) == 0;
        }
    }

    /** Refused with {@code bad_request}: nobody, or more than {@link #MOST}. @return the id of the list */
    public Outcome<String> freeze(StaffMember by, SequencedCollection<UserId> people) {
        var each = new LinkedHashSet<>(people);
        if (each.isEmpty() || each.size() > MOST) {
            return Outcome.refused(new Refusal.BadRequest("choose 1 to " + MOST + " people"));
        }
        String id = "l_" + ids.random();
        long now = clock.millis();
        return transactions.write((em, jdbc) -> {
            forget(jdbc, now - REMEMBERED.toMillis());
            try (var list = jdbc.prepareStatement("insert into people_list (id, by_id, made_at) values (?, ?, ?)");
                    var member =
                            jdbc.prepareStatement("insert into people_list_member (list_id, no, user_id, state, told)"
                                    + " values (?, ?, ?, 'chosen', '')")) {
                list.setString(1, id);
                list.setString(2, by.user().value());
                list.setLong(3, now);
                list.executeUpdate();
                int no = 0;
                for (UserId user : each) {
                    member.setString(1, id);
                    member.setInt(2, ++no);
                    member.setString(3, user.value());
                    member.addBatch();
                }
                member.executeBatch();
            }
            return Outcome.done(id);
        });
    }

    /** By people_list_made; what came of the acts stands in the audit trail. */
    private static void forget(Connection jdbc, long before) throws SQLException {
        try (var members = jdbc.prepareStatement("delete from people_list_member where list_id in"
                        + " (select id from people_list where made_at < ?)");
                var lists = jdbc.prepareStatement("delete from people_list where made_at < ?")) {
            members.setLong(1, before);
            members.executeUpdate();
            lists.setLong(1, before);
            lists.executeUpdate();
        }
    }

    /** In the order in which they were chosen; by primary keys. */
    public Optional<Whole> find(String id) {
        Optional<Whole> list = reads.first(
                "select id, by_id, made_at, act, until_at, why from people_list where id = ?", PeopleLists::list, id);
        return list.map(found -> new Whole(found.id(), found.by(), found.madeAt(), found.wish(), people(id)));
    }

    private List<Person> people(String id) {
        return reads.list(
                "select m.user_id, a.username, a.display_name, a.role, a.suspended_until, m.state, m.told"
                        + " from people_list_member m left join account a on a.id = m.user_id where m.list_id = ?"
                        + " order by m.no",
                PeopleLists::person,
                id);
    }

    /**
     * Does it to those to whom nothing came yet, one after the other, for so long at most; whoever asks again goes on. What was
     * begun first counts: the same list does no second thing.
     *
     * @return the list as it is then, perhaps not finished. Refused with {@code not_found}, {@code forbidden} (somebody else's
     *     list), {@code bad_request} or {@code conflict} (another act was begun)
     * @throws io.confab.store.StoreFailure when the database does not answer; those before it are done
     */
    public Outcome<Whole> perform(StaffMember by, String id, Wish wish, Duration atMost) {
        Optional<Refusal> problem = RoomActs.reasonProblem(wish.why());
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        Outcome<Wish> begun = transactions.write((em, jdbc) -> begin(jdbc, by.user(), id, wish));
        return begun.then(first -> {
            Instant end = clock.instant().plus(atMost);
            for (Person person : people(id)) {
                if (person.state() == State.CHOSEN && clock.instant().isBefore(end)) {
                    perform(by.actor(), id, person.id(), first);
                }
            }
            return find(id).map(Outcome::done).orElseGet(() -> Outcome.refused(GONE));
        });
    }

    private Outcome<Wish> begin(Connection jdbc, UserId by, String id, Wish wish) throws SQLException {
        Optional<Whole> found = locked(jdbc, id);
        if (found.isEmpty()) {
            return Outcome.refused(GONE);
        }
        if (!found.get().by().equals(by)) {
            return Outcome.refused(new Refusal.Forbidden("somebody else chose these people"));
        }
        Wish before = found.get().wish();
        if (before != null) {
            return before.act() == wish.act()
                    ? Outcome.done(before)
                    : Outcome.refused(new Refusal.Conflict("with this list another act was begun"));
        }
        try (var statement =
                jdbc.prepareStatement("update people_list set act = ?, until_at = ?, why = ? where id = ?")) {
            statement.setString(1, wish.act().word());
            statement.setObject(2, wish.until() == null ? null : wish.until().toEpochMilli());
            statement.setString(3, wish.why());
            statement.setString(4, id);
            statement.executeUpdate();
        }
        return Outcome.done(wish);
    }

    private static Optional<Whole> locked(Connection jdbc, String id) throws SQLException {
        try (var statement = jdbc.prepareStatement(
                "select id, by_id, made_at, act, until_at, why from people_list where id = ? for update")) {
            statement.setString(1, id);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(list(rows)) : Optional.empty();
            }
        }
    }

    /** What was done is written by the transaction that does it: whoever goes on after a crash does not take it for older. */
    private void perform(Actor by, String id, UserId user, Wish wish) {
        AccountActs written =
                acts.with((jdbc, changed) -> settle(jdbc, id, user, changed ? State.DONE : State.ALREADY, ""));
        Outcome<AccountActs.Done> outcome = switch (wish.act()) {
            case SUSPEND -> written.suspend(by, user, wish.until(), wish.why());
            case UNSUSPEND -> written.lift(by, user, wish.why());
            case SIGN_OUT -> written.signOut(by, user, wish.why());
        };
        if (outcome instanceof Outcome.Refused<AccountActs.Done>(Refusal refusal)) {
            transactions.write((em, jdbc) -> settle(jdbc, id, user, State.REFUSED, refusal.message()));
        }
    }

    private static int settle(Connection jdbc, String id, UserId user, State state, String told) throws SQLException {
        try (var statement = jdbc.prepareStatement("update people_list_member set state = ?, told = ?"
                + " where list_id = ? and user_id = ? and state = 'chosen'")) {
            statement.setString(1, state.name().toLowerCase(Locale.ROOT));
            statement.setString(2, told.substring(0, Math.min(told.length(), MAX_TOLD)));
            statement.setString(3, id);
            statement.setString(4, user.value());
            return statement.executeUpdate();
        }
    }

    private static Whole list(ResultSet row) throws SQLException {
        String act = row.getString("act");
        Wish wish = act == null
                ? null
                : new Wish(
                        Act.valueOf(act.toUpperCase(Locale.ROOT)),
                        RoomMembers.instant(row, "until_at"),
                        row.getString("why"));
        return new Whole(
                row.getString("id"),
                new UserId(row.getString("by_id")),
                Instant.ofEpochMilli(row.getLong("made_at")),
                wish,
                List.of());
    }

    private static Person person(ResultSet row) throws SQLException {
        String role = row.getString("role");
        return new Person(
                new UserId(row.getString("user_id")),
                Optional.ofNullable(row.getString("username")).orElse(""),
                Optional.ofNullable(row.getString("display_name")).orElse(""),
                role == null ? null : GlobalRole.valueOf(role.toUpperCase(Locale.ROOT)),
                RoomMembers.instant(row, "suspended_until"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("told"));
    }
}
