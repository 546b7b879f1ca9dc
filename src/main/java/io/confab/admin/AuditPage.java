package io.confab.admin;

import io.confab.audit.AuditAct;
import io.confab.audit.AuditLine;
import io.confab.audit.AuditTrail;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import io.confab.moderation.Slice;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The audit trail, newest first. */
@Named
@ViewScoped
public class AuditPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final List<String> ACTS =
            Stream.of(AuditAct.values()).map(AuditAct::word).toList();

    @Inject
    private Console console;

    @Inject
    private ViewerZone viewer;

    @Inject
    private Door door;

    private String actor = "";
    private String act = "";
    private String target = "";
    private String from = "";
    private String until = "";
    private SliceModel<Line> rows;

    @PostConstruct
    void init() {
        rows = new SliceModel<>(door, (offset, limit, order) -> page(offset, limit));
    }

    /**
     * A line with the names that belong to its ids today.
     *
     * @param place its number in the chain, 0: not yet sealed
     * @param room id of the target's room, null: none
     * @param user id of the target's person, null: none
     */
    public record Line(
            long place,
            Instant at,
            AuditLine line,
            String actorName,
            @Nullable String room,
            @Nullable String user,
            String userName) {}

    private Slice<Line> page(int offset, int limit) {
        AuditTrail.Filter filter = filter();
        int counted = console.audit().count(filter, Slice.MOST + 1);
        List<AuditTrail.Entry> entries = console.audit().search(filter, offset, Math.min(limit, 50));
        Map<String, String> names = names(entries);
        return new Slice<>(
                entries.stream().map(entry -> line(entry, names)).toList(),
                Math.min(counted, Slice.MOST),
                counted > Slice.MOST);
    }

    private AuditTrail.Filter filter() {
        return AuditFilter.of(
                console.accounts(), new AuditFilter.Said(actor, act, target, from, until), viewer.getZone());
    }

    private Map<String, String> names(List<AuditTrail.Entry> entries) {
        var ids = entries.stream()
                .map(AuditTrail.Entry::line)
                .flatMap(line -> Stream.concat(Stream.ofNullable(line.actor()), user(line.target()).stream()))
                .distinct()
                .toList();
        var names = new HashMap<String, String>();
        console.accounts().find(ids).forEach(account -> names.put(account.id().value(), account.username()));
        return names;
    }

    private static Line line(AuditTrail.Entry entry, Map<String, String> names) {
        AuditLine line = entry.line();
        UserId by = line.actor();
        String user = user(line.target()).map(UserId::value).orElse(null);
        return new Line(
                entry.place(),
                entry.at(),
                line,
                by == null ? "" : names.getOrDefault(by.value(), ""),
                room(line.target()),
                user,
                user == null ? "" : names.getOrDefault(user, ""));
    }

    /** A target is a user, a room, {@code room/message} or {@code room/user}. */
    private static Optional<UserId> user(String target) {
        String last = target.substring(target.indexOf('/') + 1);
        return last.startsWith("u_") && Ids.isId(last) ? Optional.of(new UserId(last)) : Optional.empty();
    }

    private static @Nullable String room(String target) {
        String first = target.split("/", 2)[0];
        return first.startsWith("r_") && Ids.isId(first) ? first : null;
    }

    // the setters: a parameter that the address lacks is set to null when the form is sent

    public SliceModel<Line> getRows() {
        return rows;
    }

    public List<String> getActs() {
        return ACTS;
    }

    public String getActor() {
        return actor;
    }

    public void setActor(@Nullable String actor) {
        this.actor = actor == null ? "" : actor;
    }

    public String getAct() {
        return act;
    }

    public void setAct(@Nullable String act) {
        this.act = act == null ? "" : act;
    }

    public String getTarget() {
        return target;
    }

    public void setTarget(@Nullable String target) {
        this.target = target == null ? "" : target;
    }

    /** As the field for it takes it, in the reader's zone. */
    public String getFrom() {
        return Moments.field(moment(from), viewer.getZone());
    }

    public void setFrom(@Nullable String from) {
        this.from = from == null ? "" : from;
    }

    public String getUntil() {
        return Moments.field(moment(until), viewer.getZone());
    }

    public void setUntil(@Nullable String until) {
        this.until = until == null ? "" : until;
    }

    /** For links, which mean the same to whoever follows them. */
    public @Nullable Instant getFromInstant() {
        return moment(from);
    }

    public @Nullable Instant getUntilInstant() {
        return moment(until);
    }

    /** When this day began in the reader's zone. */
    public Instant getToday() {
        return Moments.today(door.now(), viewer.getZone());
    }

    private @Nullable Instant moment(String said) {
        return Moments.read(said, viewer.getZone()).orElse(null);
    }
}
