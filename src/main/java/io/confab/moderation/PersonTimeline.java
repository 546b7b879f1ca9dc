package io.confab.moderation;

import io.confab.kernel.UserId;
import io.confab.store.Database;
import io.confab.store.Reads;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happened with one person, newest first, for staff: what staff did to the account and in rooms, what was reported and
 * decided about them, what staff noted, and where they signed in. Five lists, each read by its own index from the same point
 * in time and put together, so that no page costs more the longer the story is. Thread-safe.
 */
@Singleton
public class PersonTimeline {
    private static final int MOST = 100;
    private static final Pattern KEY = Pattern.compile("([0-9]{1,18})\\.([a-z_]{1,20})\\.([A-Za-z0-9_-]{1,64})");

    private static final String NOT_OF_CASES = " and act not like 'case.%'";

    private final Reads reads;

    @Inject
    public PersonTimeline(Database database) {
        this.reads = database.reads();
    }

    /** What an entry tells of; at the same moment they come in this order. */
    public enum Kind {
        /** A line of the audit trail; by audit_person. */
        ACT(
                "select cast(id as varchar(40)) as id, id as no, at, actor_id as by_id, act as what, target, state_before, state_after,"
                        + " why as text from audit where person = ? and act <> 'user.noted'",
                "id",
                true),
        /** By mod_case_author. */
        REPORTED(
                "select id, 0 as no, opened_at as at, null as by_id, state as what, target, cast(null as varchar(9)) as state_before,"
                        + " cast(reports as varchar(9)) as state_after, '' as text from mod_case where author_id = ?",
                "id",
                false),
        /** By mod_case_author and mod_decision_case. */
        DECIDED(
                "select d.id, 0 as no, d.at, d.by_id, d.verdict as what, d.case_id as target, cast(null as varchar(9)) as"
                        + " state_before, cast(null as varchar(9)) as state_after, d.note as text from mod_decision d"
                        + " join mod_case c on c.id = d.case_id where c.author_id = ?",
                "d.id",
                false),
        /** By person_note_user. */
        NOTED(
                "select id, 0 as no, at, by_id, 'note' as what, '' as target, cast(null as varchar(9)) as state_before,"
                        + " cast(null as varchar(9)) as state_after, text from person_note where user_id = ?",
                "id",
                false),
        /** By sign_in_account. */
        SIGNED_IN(
                "select id, 0 as no, created_at as at, null as by_id, address as what, '' as target, cast(null as varchar(9)) as"
                        + " state_before, cast(null as varchar(9)) as state_after, client as text from sign_in where account_id = ?",
                "id",
                false);

        private final String from;
        private final String id;
        private final boolean numbered;

        Kind(String from, String id, boolean numbered) {
            this.from = from;
            this.id = id;
            this.numbered = numbered;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Optional<Kind> of(String word) {
            return Stream.of(values()).filter(kind -> kind.word().equals(word)).findFirst();
        }

        private String at() {
            return switch (this) {
                case REPORTED -> "opened_at";
                case DECIDED -> "d.at";
                case SIGNED_IN -> "created_at";
                case ACT, NOTED -> "at";
            };
        }
    }

    /**
     * One thing that happened.
     *
     * @param by who did it; null: nobody of staff, or the server
     * @param what an act of the audit trail, a verdict, the state of a case, an address
     * @param target of an act and of a case as in the audit trail; of a decision its case
     * @param text a reason, a note, a client's name
     */
    public record Entry(
            Kind kind,
            String id,
            long number,
            Instant at,
            @Nullable UserId by,
            String what,
            String target,
            @Nullable String before,
            @Nullable String after,
            String text) {
        private String key() {
            return at.toEpochMilli() + "." + kind.word() + "." + id;
        }
    }

    /** @param next the key of the page after; empty: there is none */
    public record Page(List<Entry> entries, String next) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Newest first.
     *
     * @param own the reader's own: what was reported, decided and noted about them is not theirs to see
     * @param after the {@code next} of the page before; anything else begins anew
     * @param limit at most 100
     */
    public Page page(UserId person, boolean own, String after, int limit) {
        Set<Kind> kinds = own ? EnumSet.of(Kind.ACT, Kind.SIGNED_IN) : EnumSet.allOf(Kind.class);
        return page(kinds, !own, person, after, limit);
    }

    /** The newest of what staff did to them, cases apart, and noted; to the reader who is that person no notes. */
    public Page ofStaff(UserId person, boolean own, int limit) {
        return page(own ? EnumSet.of(Kind.ACT) : EnumSet.of(Kind.ACT, Kind.NOTED), false, person, "", limit);
    }

    private Page page(Set<Kind> kinds, boolean cases, UserId person, String after, int limit) {
        int most = Math.clamp(limit, 1, MOST);
        var all = new ArrayList<Entry>();
        for (Kind kind : kinds) {
            all.addAll(read(kind, person, cases, after, most + 1));
        }
        all.sort(Comparator.comparing(Entry::at)
                .reversed()
                .thenComparing(Entry::kind)
                .thenComparing(Comparator.comparingLong(Entry::number).reversed())
                .thenComparing(Comparator.comparing(Entry::id).reversed()));
        List<Entry> shown = all.subList(0, Math.min(most, all.size()));
        return new Page(shown, all.size() > most ? shown.getLast().key() : "");
    }

    private List<Entry> read(Kind kind, UserId person, boolean cases, String after, int limit) {
        var values = new ArrayList<Object>(List.of(person.value()));
        String where = (!cases && kind == Kind.ACT ? NOT_OF_CASES : "") + behind(kind, after, values);
        values.add(limit);
        return reads.list(
                kind.from + where + " order by " + kind.at() + " desc, " + kind.id + " desc limit ?",
                row -> entry(kind, row),
                values.toArray());
    }

    /** What stands behind the key: earlier, or at the same moment and later in the order of kinds and ids. */
    private static String behind(Kind kind, String after, List<Object> values) {
        var key = KEY.matcher(after);
        Optional<Kind> last = key.matches() ? Kind.of(key.group(2)) : Optional.empty();
        if (last.isEmpty()) {
            return "";
        }
        long at = Long.parseLong(key.group(1));
        int order = kind.compareTo(last.get());
        values.add(at);
        if (order != 0) {
            return " and " + kind.at() + (order < 0 ? " < ?" : " <= ?");
        }
        values.add(at);
        values.add(kind.numbered ? (Object) number(key.group(3)) : key.group(3));
        return " and " + kind.at() + " <= ? and (" + kind.at() + " < ? or " + kind.id + " < ?)";
    }

    private static long number(String id) {
        return id.matches("[0-9]{1,18}") ? Long.parseLong(id) : 0;
    }

    private static Entry entry(Kind kind, ResultSet row) throws SQLException {
        String by = row.getString("by_id");
        return new Entry(
                kind,
                row.getString("id"),
                row.getLong("no"),
                Instant.ofEpochMilli(row.getLong("at")),
                by == null ? null : new UserId(by),
                row.getString("what"),
                row.getString("target"),
                row.getString("state_before"),
                row.getString("state_after"),
                Optional.ofNullable(row.getString("text")).orElse(""));
    }
}
