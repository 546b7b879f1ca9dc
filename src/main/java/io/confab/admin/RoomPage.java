package io.confab.admin;

import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.moderation.RoomList;
import io.confab.moderation.RoomMembers;
import io.confab.moderation.Slice;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One room: what it is, who is in it, and what was said, as it stands now. */
@Named
@ViewScoped
public class RoomPage implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int MESSAGES = 50;
    private static final Duration RATE = Duration.ofMinutes(1);
    /** Ten on each side of one. */
    private static final int CONTEXT = 21;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    @Inject
    private Door door;

    private String id = "";
    private long before = Long.MAX_VALUE;
    private @Nullable Long around;
    private String memberText = "";
    private boolean sanctionedOnly;
    private String why = "";
    private SliceModel<RoomMembers.Row> members;
    private transient RoomList.@Nullable Row room;
    private transient @Nullable Talk talk;

    @PostConstruct
    void init() {
        // at once, and not only by the view's parameter: a form sent again finds no bean of its view, and asks this
        // first
        id = door.parameter("id");
        memberText = door.parameter("member");
        sanctionedOnly = door.parameter("only").equals("true");
        members = new SliceModel<>(
                door,
                (offset, limit, order) -> find().isEmpty()
                        ? new Slice<>(List.of(), 0, false)
                        : console.members().page(new RoomId(id), memberText, sanctionedOnly, offset, limit));
    }

    /** A message as it stands. @param text null: deleted, for now if {@code hidden}, else for good, {@code byModerator} or author; @param special the type of a body that is no text */
    public record Said(
            long seq,
            UserId by,
            String username,
            String displayName,
            Instant at,
            @Nullable String text,
            boolean hidden,
            boolean byModerator,
            @Nullable String special,
            @Nullable Instant editedAt) {}

    /** A page of messages, oldest first. @param more there are older ones, or newer ones around a message */
    public record Talk(List<Said> messages, boolean more) {}

    /** Called before the page is built, and again with each post: a room that is not there, or out of reach, answers 404. */
    public void load() {
        room = null; // as they were read for the address that this view was first asked by
        talk = null;
        if (!Ids.isId(id) || find().isEmpty()) {
            door.notFound();
        }
    }

    private Optional<RoomList.Row> find() {
        return console.rooms().find(new RoomId(id), staff.required().reach());
    }

    public RoomList.Row getRoom() {
        if (room == null) {
            room = find().orElseThrow();
        }
        return room;
    }

    /** Whether what was said may be shown: of a private room to who moderates it, a member, and to who has said why. */
    public boolean isOpen() {
        return !getRoom().isConfidential() || !staff.isEverywhere() || visit.isOpen(new RoomId(id), door.now());
    }

    /** Opens a private room to this reader for a while; the audit line comes first. */
    public @Nullable String open() {
        if (find().isEmpty() || !proof.isGiven()) {
            return null;
        }
        Outcome<RoomId> outcome = console.reading().open(staff.required(), new RoomId(id), why);
        return switch (outcome) {
            case Outcome.Done<RoomId>(RoomId opened) -> {
                visit.open(opened, door.now(), door.reading());
                yield "/admin/room?faces-redirect=true&id=" + id + (around == null ? "" : "&around=" + around);
            }
            case Outcome.Refused<RoomId>(var refusal) -> {
                door.complain(refusal.message());
                yield null;
            }
        };
    }

    public Talk getTalk() {
        if (talk == null) {
            talk = isOpen() ? read() : new Talk(List.of(), false);
        }
        return talk;
    }

    private Talk read() {
        var roomId = new RoomId(id);
        long head = console.reader().head(roomId).map(RoomReader.Head::head).orElse(0L);
        var page = around == null
                ? console.history().before(roomId, before, head, MESSAGES)
                : console.history().around(roomId, around, head, CONTEXT);
        return new Talk(said(console, page.rows()), page.more());
    }

    /** Messages with the names of those who wrote them. */
    static List<Said> said(Console console, List<History.Message> messages) {
        Map<String, Account> people = people(console, messages);
        return messages.stream().map(message -> said(message, people)).toList();
    }

    private static Map<String, Account> people(Console console, List<History.Message> messages) {
        var ids = messages.stream()
                .map(message -> new UserId(message.by()))
                .distinct()
                .toList();
        var people = new HashMap<String, Account>();
        console.accounts().find(ids).forEach(account -> people.put(account.id().value(), account));
        return people;
    }

    private static Said said(History.Message message, Map<String, Account> people) {
        Account by = people.get(message.by());
        var body = message.body() == null ? null : Json.read(message.body());
        boolean isText = body != null && body.path("type").asText().equals("text");
        return new Said(
                message.seq(),
                new UserId(message.by()),
                by == null ? "" : by.username(),
                by == null ? "" : by.displayName(),
                message.ts(),
                body == null ? null : isText ? body.path("text").asText() : "",
                message.hidden(),
                message.byModerator(),
                body == null || isText ? null : body.path("type").asText(),
                message.editedAt());
    }

    /** Seconds of its slow mode, without a fraction where there is none. */
    public String getSlow() {
        return BigDecimal.valueOf(getRoom().slowMillis(), 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** How busy it is, as the page is built. */
    public long getRate() {
        return console.rooms().spokenSince(getRoom(), door.now().minus(RATE));
    }

    /** For the link to older messages. */
    public long getOldest() {
        List<Said> messages = getTalk().messages();
        return messages.isEmpty() ? 0 : messages.getFirst().seq();
    }

    public boolean isNewest() {
        return before == Long.MAX_VALUE && around == null;
    }

    public SliceModel<RoomMembers.Row> getMembers() {
        return members;
    }

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }

    public @Nullable Long getBefore() {
        return before == Long.MAX_VALUE ? null : before;
    }

    /** The number of a message that is to be seen with what stands around it. */
    public @Nullable Long getAround() {
        return around;
    }

    public void setAround(@Nullable Long around) {
        this.around = around;
    }

    public void setBefore(@Nullable Long before) {
        this.before = before == null ? Long.MAX_VALUE : before;
    }

    public String getMemberText() {
        return memberText;
    }

    public void setMemberText(String memberText) {
        this.memberText = memberText;
    }

    public boolean isSanctionedOnly() {
        return sanctionedOnly;
    }

    public void setSanctionedOnly(boolean sanctionedOnly) {
        this.sanctionedOnly = sanctionedOnly;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }
}
