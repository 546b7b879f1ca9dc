package io.confab.report;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.identity.Outcome;
import io.confab.identity.StaffRight;
import io.confab.kernel.Refusal;
import io.confab.moderation.StaffMember;
import io.confab.store.Database;
import io.confab.store.Reads;
import io.confab.store.Sql;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The ready reasons of this server, which admins edit. What was decided by one keeps its words whatever becomes of it.
 * Thread-safe; throws {@link StoreFailure}.
 */
@Singleton
public class ReasonTemplates {
    public static final int MOST = 50;

    private static final String COLUMNS = "select id, title, text, note, type, place from reason_template";
    private static final String ALL = COLUMNS + " order by place, title, id limit " + MOST;
    private static final String ONE = COLUMNS + " where id = ?";
    private static final String HELD = ONE + " for update";
    private static final String COUNT = "select count(*) from reason_template";
    private static final String CHANGE =
            "update reason_template set title = ?, text = ?, note = ?, type = ?, place = ? where id = ?";
    private static final String ADD =
            "insert into reason_template (title, text, note, type, place, id) values (?, ?, ?, ?, ?, ?)";
    private static final String REMOVE = "delete from reason_template where id = ?";

    private static final Refusal CHANGED =
            new Refusal.Conflict("another admin has changed or removed it since; nothing was changed: look again");

    private final Transactions transactions;
    private final Reads reads;
    private final StaffRight right;

    @Inject
    public ReasonTemplates(Database database, StaffRight right) {
        this.transactions = database.transactions();
        this.reads = database.reads();
        this.right = right;
    }

    public List<ReasonTemplate> all() {
        return reads.list(ALL, ReasonTemplates::template);
    }

    public Optional<ReasonTemplate> find(String id) {
        return reads.first(ONE, ReasonTemplates::template, id);
    }

    /**
     * Adds or changes one, by its id. Admins only. @return whether that changed anything; refused with {@code bad_request}, or
     * {@code conflict} when there are {@link #MOST}
     */
    public Outcome<Boolean> put(StaffMember by, ReasonTemplate template) {
        return put(by, template, before -> true);
    }

    /**
     * Likewise, by somebody who has read it. Refused with {@code conflict} when another admin has changed it since.
     *
     * @param read the {@link ReasonTemplate#version} that they read; empty: there was none
     */
    public Outcome<Boolean> put(StaffMember by, ReasonTemplate template, String read) {
        return put(
                by,
                template,
                before -> before.map(ReasonTemplate::version).orElse("").equals(read));
    }

    private Outcome<Boolean> put(
            StaffMember by, ReasonTemplate template, Predicate<Optional<ReasonTemplate>> expected) {
        Optional<Refusal> problem = template.problem();
        if (problem.isPresent()) {
            return Outcome.refused(problem.get());
        }
        try {
            return written(by, jdbc -> put(jdbc, by, template, expected));
        } catch (StoreFailure.UniqueViolation e) { // another has added it meanwhile: now it is there
            return written(by, jdbc -> put(jdbc, by, template, expected));
        }
    }

    private interface Writing {
        Outcome<Boolean> in(Connection jdbc) throws SQLException;
    }

    private Outcome<Boolean> written(StaffMember by, Writing writing) {
        return transactions.write((em, jdbc) -> {
            Optional<Refusal> refusal = right.refusalButAdmins(em, jdbc, by.actor());
            return refusal.isPresent() ? Outcome.refused(refusal.get()) : writing.in(jdbc);
        });
    }

    private static Outcome<Boolean> put(
            Connection jdbc, StaffMember by, ReasonTemplate template, Predicate<Optional<ReasonTemplate>> expected)
            throws SQLException {
        Optional<ReasonTemplate> before = Sql.first(jdbc, HELD, ReasonTemplates::template, template.id());
        if (before.equals(Optional.of(template))) {
            return Outcome.done(false);
        }
        if (!expected.test(before)) {
            return Outcome.refused(CHANGED);
        }
        if (before.isEmpty() && Sql.first(jdbc, COUNT, row -> row.getInt(1)).orElse(0) >= MOST) {
            return Outcome.refused(new Refusal.Conflict("there are " + MOST + " templates: remove one first"));
        }
        ReportType type = template.type();
        Sql.update(
                jdbc,
                before.isEmpty() ? ADD : CHANGE,
                template.title(),
                template.text(),
                template.note(),
                type == null ? null : type.word(),
                template.place(),
                template.id());
        record(
                jdbc,
                by,
                AuditAct.TEMPLATE_SET,
                template.id(),
                before.map(ReasonTemplate::summary).orElse("none"),
                template.summary());
        return Outcome.done(true);
    }

    /** Removes one. Admins only. @return false: there was none */
    public Outcome<Boolean> remove(StaffMember by, String id) {
        return written(by, jdbc -> remove(jdbc, by, id, before -> true));
    }

    /** Likewise, by somebody who has read it. Refused with {@code conflict} when another admin has changed it since. */
    public Outcome<Boolean> remove(StaffMember by, String id, String read) {
        return written(
                by, jdbc -> remove(jdbc, by, id, before -> before.version().equals(read)));
    }

    private static Outcome<Boolean> remove(
            Connection jdbc, StaffMember by, String id, Predicate<ReasonTemplate> expected) throws SQLException {
        Optional<ReasonTemplate> before = Sql.first(jdbc, HELD, ReasonTemplates::template, id);
        if (before.isEmpty()) {
            return Outcome.done(false);
        }
        if (!expected.test(before.get())) {
            return Outcome.refused(CHANGED);
        }
        Sql.update(jdbc, REMOVE, id);
        record(jdbc, by, AuditAct.TEMPLATE_REMOVED, id, before.get().summary(), "none");
        return Outcome.done(true);
    }

    private static void record(Connection jdbc, StaffMember by, AuditAct act, String id, String before, String after)
            throws SQLException {
        AuditTrail.record(jdbc, new AuditLine(by.user(), act, id, before, after, null, by.address()));
    }

    private static ReasonTemplate template(ResultSet row) throws SQLException {
        String type = row.getString("type");
        return new ReasonTemplate(
                row.getString("id"),
                row.getString("title"),
                row.getString("text"),
                row.getString("note"),
                type == null ? null : known(type),
                row.getInt("place"));
    }

    /** Null too for a type of a newer node. */
    private static @Nullable ReportType known(String type) {
        return ReportType.of(type).orElse(null);
    }
}
