package io.confab.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import io.confab.report.CaseList.Copy;
import io.confab.report.CaseList.Filed;
import io.confab.report.CaseList.Row;
import io.confab.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what lists show of a case, as far as it is for whoever asks. */
final class CaseRows {
    private static final String SELECT = "select " + CaseRow.COLUMNS + ", c.passed_round, a.username, a.display_name,"
            + " r.name, r.kind, k.username as claimant from (select c.* from mod_case c";
    // joined to those alone that are shown
    private static final String NAMES = ") c left join account a on a.id = c.author_id"
            + " left join room r on r.id = c.room_id left join account k on k.id = c.claimed_by";
    private static final String TYPES = "select distinct type from report where case_id = ? and round = ?"
            + " and points is not null"; // index report_once
    private static final String NEWEST_TEXT =
            "select document from mod_evidence where case_id = ? order by text_seq desc limit 1"; // primary key

    private final CaseReach reach;
    private final Instant now;

    CaseRows(CaseReach reach, Instant now) {
        this.reach = reach;
        this.now = now;
    }

    /** Empty: there is none, or it is out of reach. */
    Optional<Row> find(Connection jdbc, String id) throws SQLException {
        return list(jdbc, " where c.id = ?" + reach.condition(), "", "", reach.between(List.of(id))).stream()
                .findFirst();
    }

    /** @param limit with {@code limit}, after the order */
    List<Row> list(Connection jdbc, String where, String order, String limit, @Nullable Object... values)
            throws SQLException {
        String sql = SELECT + where + order + limit + NAMES + order;
        var rows = new ArrayList<Row>();
        for (Row bare : Sql.list(jdbc, sql, this::bare, values)) {
            rows.add(whole(jdbc, bare));
        }
        return rows;
    }

    /** What was decided, newest first; to a moderator of the room no round that was handed to the admins, and no note of staff. */
    static List<Decision> decided(Connection jdbc, String caseId, CaseReach reach) throws SQLException {
        return reach.isAll()
                ? DecisionRows.ofCase(jdbc, caseId)
                : DecisionRows.ofCaseInRoom(jdbc, caseId).stream()
                        .map(Decision::asSeenInRoom)
                        .toList();
    }

    /** The last of it but notes. */
    static Optional<Decision> last(Connection jdbc, String caseId, CaseReach reach) throws SQLException {
        Optional<Decision> last = DecisionRows.last(jdbc, caseId);
        if (reach.isAll() || last.isEmpty()) {
            return last;
        }
        boolean ofAdmins = DecisionRows.wasEscalated(jdbc, caseId, last.get().round());
        return ofAdmins ? Optional.empty() : last.map(Decision::asSeenInRoom);
    }

    private Row whole(Connection jdbc, Row bare) throws SQLException {
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
                last(jdbc, about.id(), reach).map(Decision::withoutNote).orElse(null),
                bare.left(),
                bare.left()
                        ? DecisionRows.passing(jdbc, about.id(), about.round())
                                .map(Decision::withoutNote)
                                .orElse(null)
                        : null);
    }

    private Row bare(ResultSet row) throws SQLException {
        CaseRow about = CaseRow.of(row);
        Instant until = about.claimedUntil();
        boolean claimed = until != null && now.isBefore(until);
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
                null,
                row.getInt("passed_round") == about.round(),
                null);
    }

    static Copy copy(ResultSet row) throws SQLException {
        JsonNode document = Json.read(row.getString("document"));
        return new Copy(
                row.getLong("text_seq"),
                Instant.ofEpochMilli(row.getLong("taken_at")),
                Evidence.texts(document),
                document.path("cut").asBoolean(),
                document);
    }

    static Filed filed(ResultSet row) throws SQLException {
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
}
