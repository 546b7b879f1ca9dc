package io.confab.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import io.confab.moderation.Slice;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cases, for staff: the queue in its order, one case with all that belongs to it. Thread-safe. */
@Singleton
public class CaseList {
    private static final int MOST_REPORTS = 50;
    private static final int MOST_FORMER = 20;
    private static final int MOST_TEXTS = 20;
    private static final int MOST_ALIKE = 50;

    private static final String COLUMNS = "select " + CaseRow.COLUMNS + ", a.username, a.display_name, r.name, r.kind,"
            + " k.username as claimant from mod_case c left join account a on a.id = c.author_id"
            + " left join room r on r.id = c.room_id left join account k on k.id = c.claimed_by";
    // index mod_case_queue
    private static final String QUEUE = COLUMNS + " where c.state = ? order by c.sort_key, c.id limit ? offset ?";
    // index mod_case_changed
    private static final String DECIDED =
            COLUMNS + " where c.state = ? order by c.changed_at desc, c.id desc limit ? offset ?";
    private static final String ONE = COLUMNS + " where c.id = ?";
    private static final String COUNT =
            "select count(*) from (select 1 from mod_case where state = ? limit " + (Slice.MOST + 1) + ") as found";
    // what somebody else looks at is left to them; index mod_case_queue
    private static final String FREE = "select c.id from mod_case c, mod_case h where h.id = ? and c.state = 'open'"
            + " and c.id <> h.id and (c.claimed_by is null or c.claimed_by = ? or c.claimed_until <= ?)";
    private static final String AFTER =
            FREE + " and (c.sort_key > h.sort_key or (c.sort_key = h.sort_key and c.id > h.id))"
                    + " order by c.sort_key, c.id limit 1";
    private static final String BEFORE =
            FREE + " and (c.sort_key < h.sort_key or (c.sort_key = h.sort_key and c.id < h.id))"
                    + " order by c.sort_key desc, c.id desc limit 1";
    private static final String FIRST = FREE + " order by c.sort_key, c.id limit 1";
    private static final String FORMER = COLUMNS // index mod_case_author
            + " where c.author_id = ? and c.id <> ? order by c.opened_at desc limit " + MOST_FORMER;
    // indexes mod_case_author and mod_case_text
    private static final String OF_AUTHOR = COLUMNS + " where c.author_id = ? and c.state = 'open' and c.id <> ?"
            + " and c.seq is not null order by c.opened_at desc limit " + MOST_ALIKE;
    private static final String OF_TEXT =
            COLUMNS + " where c.text_hash = (select h.text_hash from mod_case h where h.id = ?)"
                    + " and c.state = 'open' and c.id <> ? order by c.opened_at desc limit " + MOST_ALIKE;
    private static final String TYPES = "select distinct type from report where case_id = ? and round = ?"
            + " and points is not null"; // index report_once
    private static final String NEWEST_TEXT =
            "select document from mod_evidence where case_id = ? order by text_seq desc limit 1"; // primary key
    private static final String TEXTS = "select text_seq, taken_at, document from mod_evidence where case_id = ?"
            + " order by text_seq desc limit " + MOST_TEXTS;
    private static final String REPORTS = "select p.id, p.reporter_id, a.username, p.round, p.type, p.text, p.text_seq,"
            + " p.at, coalesce(s.agreed, 0) as agreed, coalesce(s.disagreed, 0) as disagreed from report p"
            + " left join account a on a.id = p.reporter_id left join reporter_standing s on s.reporter_id = p.reporter_id"
            + " where p.case_id = ? order by p.at desc, p.id limit " + MOST_REPORTS;
    private static final String OF_DECISION = "select case_id from mod_decision where id = ?"; // primary key
    private static final String REPORTED =
            "select count(*) from (select 1 from report where case_id = ? limit " + (Slice.MOST + 1) + ") as found";

    private final Reads reads;
    private final Clock clock;

    @Inject
    public CaseList(Database database, Clock clock) {
        this.reads = database.reads();
        this.clock = clock;
    }

    /**
     * A case in a list.
     *
     * @param roomName null: it is about a person
     * @param claimant who is looking at it; null: nobody
     * @param types of the reports of this round
     * @param newest what was reported, the text that was copied last
     * @param last the last decision, without its note: lists are read by whom it is about too; null: none yet
     */
    public record Row(
            CaseRow about,
            String username,
            String displayName,
            @Nullable String roomName,
            @Nullable String roomKind,
            @Nullable String claimant,
            List<ReportType> types,
            JsonNode newest,
            @Nullable Decision last) {
        /** In words, with commas. */
        public String typeWords() {
            return String.join(", ", types.stream().map(ReportType::word).toList());
        }

        /** What was said, as far as it is text; of a person, empty. */
        public String text() {
            List<Evidence.Text> texts = Evidence.texts(newest);
            return texts.isEmpty() ? "" : texts.getLast().text();
        }
    }

    /** A copy of what was reported. */
    public record Copy(long textSeq, Instant takenAt, List<Evidence.Text> texts, boolean cut, JsonNode document) {}

    /** @param accuracy of the reporter's earlier reports, from 0 to 1; @param judged how many of them were */
    public record Filed(
            String id,
            UserId by,
            String username,
            int round,
            ReportType type,
            String text,
            long textSeq,
            Instant at,
            double accuracy,
            int judged) {
        /** {@code 80 % of 5}. */
        public String share() {
            return Math.round(accuracy * 100) + " % of " + judged;
        }
    }

    /**
     * A case with all that belongs to it.
     *
     * @param reports the newest of them
     * @param reported how many there are
     * @param former other cases of the same person
     * @param obstacles of each remedy that cannot be done, why
     * @param forReview the message is hidden until somebody has decided
     */
    public record Whole(
            Row row,
            List<Copy> copies,
            List<Filed> reports,
            int reported,
            List<Decision> decisions,
            List<Row> former,
            Map<Remedy, String> obstacles,
            boolean forReview) {}

    /** What comes first first; what was decided, newest first. @param limit at most 100 */
    public Slice<Row> page(CaseRow.State state, int offset, int limit) {
        return reads.query(jdbc -> {
            int counted =
                    Sql.first(jdbc, COUNT, row -> row.getInt(1), state.word()).orElse(0);
            String sql = state == CaseRow.State.CLOSED ? DECIDED : QUEUE;
            List<Row> bare = Sql.list(
                    jdbc, sql, this::row, state.word(), Math.clamp(limit, 1, 100), Math.clamp(offset, 0, Slice.MOST));
            return new Slice<>(whole(jdbc, bare), Math.min(counted, Slice.MOST), counted > Slice.MOST);
        });
    }

    public int count(CaseRow.State state) {
        return reads.first(COUNT, row -> row.getInt(1), state.word()).orElse(0);
    }

    /** @param reader for whom the obstacles are */
    public Optional<Whole> find(String id, UserId reader, GlobalRole role) {
        return reads.query(jdbc -> {
            Optional<Row> found = Sql.first(jdbc, ONE, this::row, id);
            return found.isEmpty() ? Optional.empty() : Optional.of(find(jdbc, found.get(), reader, role));
        });
    }

    /** A case that can be decided together with another. @param sameText else only by the same person */
    public record Alike(Row row, boolean sameText) {}

    /**
     * The open cases of messages that say the same, then those of the same person, the newest first, at most fifty of each: what
     * can be decided together with this one. None when it is about a person.
     */
    public List<Alike> alike(CaseRow about) {
        if (!(about.target() instanceof Target.Message)) {
            return List.of();
        }
        return reads.query(jdbc -> {
            var all = new LinkedHashMap<String, Alike>();
            for (Row row : Sql.list(jdbc, OF_TEXT, this::row, about.id(), about.id())) {
                all.put(row.about().id(), new Alike(whole(jdbc, row), true));
            }
            for (Row row : Sql.list(jdbc, OF_AUTHOR, this::row, about.author().value(), about.id())) {
                if (!all.containsKey(row.about().id())) {
                    all.put(row.about().id(), new Alike(whole(jdbc, row), false));
                }
            }
            return List.copyOf(all.values());
        });
    }

    /** One of the list, with what belongs to it there. */
    public Optional<Row> row(String id) {
        return reads.query(jdbc -> {
            Optional<Row> found = Sql.first(jdbc, ONE, this::row, id);
            return found.isEmpty() ? found : Optional.of(whole(jdbc, found.get()));
        });
    }

    /** The open case behind this one in the queue that nobody else looks at. */
    public Optional<String> after(String id, UserId reader) {
        return neighbour(AFTER, id, reader);
    }

    /** The one in front of it. */
    public Optional<String> before(String id, UserId reader) {
        return neighbour(BEFORE, id, reader);
    }

    /** What to look at when this one is decided: the one behind it, else the first of all. */
    public Optional<String> next(String id, UserId reader) {
        return after(id, reader).or(() -> neighbour(FIRST, id, reader));
    }

    private Optional<String> neighbour(String which, String id, UserId reader) {
        return reads.first(which, row -> row.getString(1), id, reader.value(), clock.millis());
    }

    private Whole find(Connection jdbc, Row bare, UserId reader, GlobalRole role) throws SQLException {
        CaseRow about = bare.about();
        String id = about.id();
        List<Row> former = Sql.list(jdbc, FORMER, this::row, about.author().value(), id);
        Scene scene = Scene.read(jdbc, about);
        var obstacles = new EnumMap<Remedy, String>(Remedy.class);
        for (Remedy remedy : Remedy.FIRST) {
            scene.obstacle(remedy, reader, role).ifPresent(why -> obstacles.put(remedy, why));
        }
        boolean own = about.author().equals(reader);
        List<Decision> decisions = DecisionRows.ofCase(jdbc, id);
        return new Whole(
                whole(jdbc, bare),
                Sql.list(jdbc, TEXTS, CaseList::copy, id),
                // whoever is reported does not learn by whom, nor what staff noted about it
                own ? List.of() : Sql.list(jdbc, REPORTS, CaseList::filed, id),
                Sql.first(jdbc, REPORTED, row -> row.getInt(1), id).orElse(0),
                own ? withoutNotes(decisions) : decisions,
                whole(jdbc, former),
                obstacles,
                scene.forReview());
    }

    private static List<Decision> withoutNotes(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> decision.verdict() != Verdict.NOTE)
                .map(Decision::withoutNote)
                .toList();
    }

    private static List<Row> whole(Connection jdbc, List<Row> bare) throws SQLException {
        var rows = new ArrayList<Row>();
        for (Row row : bare) {
            rows.add(whole(jdbc, row));
        }
        return rows;
    }

    private static Row whole(Connection jdbc, Row bare) throws SQLException {
        CaseRow about = bare.about();
        List<ReportType> types =
                Sql.list(jdbc, TYPES, row -> ReportType.of(row.getString(1)), about.id(), about.round()).stream()
                        .flatMap(Optional::stream)
                        .sorted()
                        .toList();
        JsonNode newest = Sql.first(jdbc, NEWEST_TEXT, row -> Json.read(row.getString(1)), about.id())
                .orElseGet(Json::object);
        return new Row(
                about,
                bare.username(),
                bare.displayName(),
                bare.roomName(),
                bare.roomKind(),
                bare.claimant(),
                types,
                newest,
                DecisionRows.last(jdbc, about.id()).map(Decision::withoutNote).orElse(null));
    }

    private Row row(ResultSet row) throws SQLException {
        CaseRow about = CaseRow.of(row);
        Instant until = about.claimedUntil();
        boolean claimed = until != null && clock.instant().isBefore(until);
        String username = row.getString("username");
        String display = row.getString("display_name");
        return new Row(
                about,
                username == null ? "" : username,
                display == null ? "" : display,
                row.getString("name"),
                row.getString("kind"),
                claimed ? row.getString("claimant") : null,
                List.of(),
                Json.object(),
                null);
    }

    private static Copy copy(ResultSet row) throws SQLException {
        JsonNode document = Json.read(row.getString("document"));
        return new Copy(
                row.getLong("text_seq"),
                Instant.ofEpochMilli(row.getLong("taken_at")),
                Evidence.texts(document),
                document.path("cut").asBoolean(),
                document);
    }

    private static Filed filed(ResultSet row) throws SQLException {
        double agreed = row.getDouble("agreed");
        double disagreed = row.getDouble("disagreed");
        String username = row.getString("username");
        return new Filed(
                row.getString("id"),
                new UserId(row.getString("reporter_id")),
                username == null ? "" : username,
                row.getInt("round"),
                ReportType.of(row.getString("type")).orElse(ReportType.OTHER),
                row.getString("text"),
                row.getLong("text_seq"),
                Instant.ofEpochMilli(row.getLong("at")),
                Standing.accuracy(agreed, disagreed),
                (int) Math.round(agreed + disagreed));
    }

    /** The case whose decision ordered this job; empty: none did. */
    public Optional<String> ofJob(String job) {
        return Decision.ofJob(job).flatMap(decision -> reads.first(OF_DECISION, row -> row.getString(1), decision));
    }
}
