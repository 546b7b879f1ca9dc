package io.confab.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.UserId;
import io.confab.moderation.Reach;
import io.confab.moderation.Slice;
import io.confab.moderation.StaffMember;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The cases, for staff, and for who moderates rooms those within their reach (docs/adr/0084): the queue in its order, one case
 * with all that belongs to it. Longer than most by the records that it gives. Thread-safe.
 */
@Singleton
public class CaseList {
    private static final int MOST_REPORTS = 50;
    private static final int MOST_FORMER = 20;
    private static final int MOST_TEXTS = 20;
    private static final int MOST_ALIKE = 50;

    // index mod_case_queue; of some rooms mod_case_room, which the sums keep from being passed over for a queue in
    // order
    private static final String QUEUE = " order by c.sort_key, c.id";
    private static final String QUEUE_OF_ROOMS = " order by c.sort_key + 0, c.id";
    // index mod_case_changed, likewise
    private static final String DECIDED = " order by c.changed_at desc, c.id desc";
    private static final String DECIDED_OF_ROOMS = " order by c.changed_at + 0 desc, c.id desc";
    private static final String PAGE = " limit ? offset ?";
    private static final String COUNT = "select count(*) from (select 1 from mod_case c where c.state = ?";
    private static final String COUNTED = " limit " + (Slice.MOST + 1) + ") as found";
    private static final String WITHIN = "select c.id from mod_case c where c.id = any(cast(? as varchar array))";
    // what somebody else looks at is left to them, by staff only to staff: nobody keeps a report from them by looking
    // at it;
    // index mod_case_queue
    private static final String FREE = "select c.id from mod_case c, mod_case h where h.id = ? and c.state = 'open'"
            + " and c.id <> h.id and (c.claimed_by is null or c.claimed_by = ? or c.claimed_until is null"
            + " or c.claimed_until <= ?";
    private static final String AFTER = " and (c.sort_key > h.sort_key or (c.sort_key = h.sort_key and c.id > h.id))"
            + " order by c.sort_key, c.id limit 1";
    private static final String BEFORE = " and (c.sort_key < h.sort_key or (c.sort_key = h.sort_key and c.id < h.id))"
            + " order by c.sort_key desc, c.id desc limit 1";
    private static final String FIRST = " order by c.sort_key, c.id limit 1";
    private static final String FORMER = " where c.author_id = ? and c.id <> ?"; // index mod_case_author
    private static final String NEWEST = " order by c.opened_at desc";
    // indexes mod_case_author and mod_case_text
    private static final String OF_AUTHOR =
            " where c.author_id = ? and c.state = 'open' and c.id <> ? and c.seq is not null";
    private static final String OF_TEXT = " where c.text_hash = (select h.text_hash from mod_case h where h.id = ?)"
            + " and c.state = 'open' and c.id <> ?";
    private static final String TEXTS = "select text_seq, taken_at, document from mod_evidence where case_id = ?"
            + " order by text_seq desc limit " + MOST_TEXTS;
    private static final String REPORTS = "select p.id, p.reporter_id, a.username, p.round, p.type, p.text, p.text_seq,"
            + " p.at, coalesce(s.agreed, 0) as agreed, coalesce(s.disagreed, 0) as disagreed from report p"
            + " left join account a on a.id = p.reporter_id left join reporter_standing s on s.reporter_id = p.reporter_id"
            + " where p.case_id = ? order by p.at desc, p.id limit " + MOST_REPORTS;
    /** By the primary keys. */
    private static final String OF_ACT = "select d.case_id from mod_act a join mod_decision d on d.id = a.decision_id"
            + " where a.decision_id = ? and a.no = ? and a.act in ('delete_recent', 'restore_recent')";

    private static final Pattern OF_JOB = Pattern.compile("(.+)-([1-9][0-9]{0,8})"); // as Decision.job makes them
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
     * @param left the moderators of the room have left it to staff in this round
     * @param passed what one of them said then; null: none said anything
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
            @Nullable Decision last,
            boolean left,
            @Nullable Decision passed) {
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
     * @param reports the newest of them; none to whom they are not for
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

    private CaseReach of(Reach reach) {
        return new CaseReach(reach, clock.millis());
    }

    private CaseRows rows(CaseReach reach) {
        return new CaseRows(reach, clock.instant());
    }

    /** What comes first first; what was decided, newest first. @param limit at most 100 */
    public Slice<Row> page(CaseRow.State state, Reach whose, int offset, int limit) {
        CaseReach reach = of(whose);
        return reads.query(jdbc -> {
            int counted = Sql.first(jdbc, count(reach), row -> row.getInt(1), reach.between(List.of(state.word())))
                    .orElse(0);
            List<Row> found = rows(reach)
                    .list(
                            jdbc,
                            " where c.state = ?" + reach.waiting(),
                            order(state, reach.isAll()),
                            PAGE,
                            reach.between(
                                    List.of(state.word()),
                                    Math.clamp(limit, 1, 100),
                                    Math.clamp(offset, 0, Slice.MOST)));
            return new Slice<>(found, Math.min(counted, Slice.MOST), counted > Slice.MOST);
        });
    }

    private static String order(CaseRow.State state, boolean all) {
        return state == CaseRow.State.CLOSED ? (all ? DECIDED : DECIDED_OF_ROOMS) : all ? QUEUE : QUEUE_OF_ROOMS;
    }

    /** More than 10,000 count as one more. */
    public int count(CaseRow.State state, Reach whose) {
        CaseReach reach = of(whose);
        return reads.first(count(reach), row -> row.getInt(1), reach.between(List.of(state.word())))
                .orElse(0);
    }

    private static String count(CaseReach reach) {
        return COUNT + reach.waiting() + COUNTED;
    }

    /** Empty: there is none, or it is out of reach. @param reader for whom the obstacles are */
    public Optional<Whole> find(String id, StaffMember reader) {
        CaseReach reach = of(reader.reach());
        return reads.query(jdbc -> {
            Optional<Row> found = rows(reach).find(jdbc, id);
            return found.isEmpty() ? Optional.empty() : Optional.of(find(jdbc, found.get(), reader, reach));
        });
    }

    /** A case that can be decided together with another. @param sameText else only by the same person */
    public record Alike(Row row, boolean sameText) {}

    /**
     * The open cases of messages that say the same, then those of the same person, the newest first, at most fifty of each: what
     * can be decided together with this one. None when it is about a person.
     */
    public List<Alike> alike(CaseRow about, Reach whose) {
        if (!(about.target() instanceof Target.Message)) {
            return List.of();
        }
        CaseReach reach = of(whose);
        String most = " limit " + MOST_ALIKE;
        return reads.query(jdbc -> {
            var all = new LinkedHashMap<String, Alike>();
            for (Row row : rows(reach)
                    .list(
                            jdbc,
                            OF_TEXT + reach.waiting(),
                            NEWEST,
                            most,
                            reach.between(List.of(about.id(), about.id())))) {
                all.put(row.about().id(), new Alike(row, true));
            }
            List<String> author = List.of(about.author().value(), about.id());
            for (Row row : rows(reach).list(jdbc, OF_AUTHOR + reach.waiting(), NEWEST, most, reach.between(author))) {
                all.putIfAbsent(row.about().id(), new Alike(row, false));
            }
            return List.copyOf(all.values());
        });
    }

    /** One of the list, with what belongs to it there. Empty: there is none, or it is out of reach. */
    public Optional<Row> row(String id, Reach whose) {
        return reads.query(jdbc -> rows(of(whose)).find(jdbc, id));
    }

    /** Which of these are within reach now. */
    public Set<String> within(Collection<String> ids, Reach whose) {
        CaseReach reach = of(whose);
        return Set.copyOf(reads.list(
                WITHIN + reach.condition(), row -> row.getString(1), reach.between(List.of(List.copyOf(ids)))));
    }

    /** The open case behind this one in the queue that nobody else looks at. */
    public Optional<String> after(String id, StaffMember reader) {
        return neighbour(AFTER, id, reader);
    }

    /** The one in front of it. */
    public Optional<String> before(String id, StaffMember reader) {
        return neighbour(BEFORE, id, reader);
    }

    /** What to look at when this one is decided: the one behind it, else the first of all. */
    public Optional<String> next(String id, StaffMember reader) {
        return after(id, reader).or(() -> neighbour(FIRST, id, reader));
    }

    private Optional<String> neighbour(String which, String id, StaffMember reader) {
        CaseReach reach = of(reader.reach());
        String free = FREE + (reach.isAll() ? Claims.OF_NO_STAFF : "") + ")" + reach.waiting();
        List<Object> values = List.of(id, reader.user().value(), clock.millis());
        return reads.first(free + which, row -> row.getString(1), reach.between(values));
    }

    private Whole find(Connection jdbc, Row row, StaffMember reader, CaseReach reach) throws SQLException {
        CaseRow about = row.about();
        String id = about.id();
        Scene scene = Scene.read(jdbc, about);
        boolean own = about.author().equals(reader.user());
        List<Decision> decisions = CaseRows.decided(jdbc, id, reach);
        return new Whole(
                row,
                Sql.list(jdbc, TEXTS, CaseRows::copy, id),
                // whoever is reported does not learn by whom, nor what staff noted about it
                own || !reach.isAll() ? List.of() : Sql.list(jdbc, REPORTS, CaseRows::filed, id),
                Sql.first(jdbc, REPORTED, each -> each.getInt(1), id).orElse(0),
                own ? withoutNotes(decisions) : decisions,
                rows(reach)
                        .list(
                                jdbc,
                                FORMER + reach.condition(),
                                NEWEST,
                                " limit " + MOST_FORMER,
                                reach.between(List.of(about.author().value(), id))),
                obstacles(jdbc, about, scene, reader),
                scene.forReview());
    }

    private Map<Remedy, String> obstacles(Connection jdbc, CaseRow about, Scene scene, StaffMember reader)
            throws SQLException {
        RoomRight right =
                reader.reach().isAll() ? null : RoomRight.read(jdbc, about, scene, reader.user(), clock.instant());
        var obstacles = new EnumMap<Remedy, String>(Remedy.class);
        for (Remedy remedy : right == null ? Remedy.FIRST : Remedy.OF_ROOM) {
            (right == null ? scene.obstacle(remedy, reader.user(), reader.role()) : right.obstacle(remedy, scene))
                    .ifPresent(why -> obstacles.put(remedy, why));
        }
        return obstacles;
    }

    private static List<Decision> withoutNotes(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> decision.verdict() != Verdict.NOTE)
                .map(Decision::withoutNote)
                .toList();
    }

    /** The case whose decision ordered this job; empty: none did. */
    public Optional<String> ofJob(String job) {
        Matcher parts = OF_JOB.matcher(job);
        return parts.matches()
                ? reads.first(OF_ACT, row -> row.getString(1), parts.group(1), Integer.parseInt(parts.group(2)))
                : Optional.empty();
    }
}
