package io.confab.admin;

import io.confab.delivery.Passage.Standing;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomList;
import io.confab.node.Delivery;
import io.confab.node.DeliveryTrace;
import io.confab.node.NodePassage;
import io.confab.wire.WireLimits;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who got one message, as far as it is known; asked anew each time the page is opened. */
@Named
@RequestScoped
public class DeliveryPage {
    private static final int MOST_CHARACTERS = 64;
    private static final long MOST_MILLIS_SHOWN = 100_000;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Visit visit;

    @Inject
    private HttpServletRequest request;

    @Inject
    private Door door;

    @Inject
    private Proof proof;

    private String room = "";
    private long seq;
    private String who = "";
    private String after = "";
    private String why = "";
    private RoomList.@Nullable Row found;
    private @Nullable Delivery delivery;
    private @Nullable Account author;
    private String problem = "";

    @PostConstruct
    void init() {
        room = door.parameter("room");
        String number = door.parameter("seq");
        seq = number.matches("[1-9]\\d{0,15}") ? Long.parseLong(number) : 0;
        who = door.parameter("who").strip();
        after = door.parameter("after");
    }

    /** Called before the page is built. */
    public void load() {
        if (!staff.isEverywhere()) {
            door.forbidden();
            return;
        }
        boolean named = Ids.isId(room) && seq > 0 && seq <= WireLimits.MAX_SEQ;
        found = named ? console.rooms().find(new RoomId(room)).orElse(null) : null;
        if (found == null) {
            door.notFound();
        } else if (isOpen()) {
            ask();
        }
    }

    private void ask() {
        Optional<UserId> person = who.isEmpty() ? Optional.empty() : person();
        if (!who.isEmpty() && person.isEmpty()) {
            problem = "There is nobody with this username or id.";
            return;
        }
        var query = new DeliveryTrace.Query(
                new RoomId(room), seq, person.orElse(null), Ids.isId(after) ? after : "", DeliveryTrace.MOST_PEOPLE);
        switch (console.deliveryTrace().of(query, staff.required().role())) {
            case Outcome.Done<Delivery>(Delivery known) -> {
                delivery = known;
                author = console.accounts().find(known.message().by()).orElse(null);
            }
            case Outcome.Refused<Delivery>(Refusal refusal) -> {
                if (refusal instanceof Refusal.NotFound) {
                    door.notFound();
                } else {
                    problem = "Others are following messages just now. Look again in a moment.";
                }
            }
        }
    }

    private Optional<UserId> person() {
        boolean readable = who.length() <= MOST_CHARACTERS && who.indexOf(0) < 0;
        Optional<Account> byName = readable ? console.accounts().findByUsername(who) : Optional.empty();
        return byName.or(() -> Ids.isId(who) ? console.accounts().find(new UserId(who)) : Optional.empty())
                .map(Account::id);
    }

    /** Whether it may be shown: of a private room to who has said why. */
    public boolean isOpen() {
        return found != null && (!found.isConfidential() || visit.isOpen(found.id(), door.now()));
    }

    /** Opens the private room to this reader for a while; the audit line comes first. */
    public void open() {
        if (found == null || isOpen() || !proof.isGiven()) {
            return;
        }
        switch (console.reading().open(staff.required(), found.id(), why)) {
            case Outcome.Done<RoomId>(RoomId opened) -> {
                visit.open(opened, door.now(), door.reading());
                door.redirect("/admin/delivery?" + request.getQueryString());
            }
            case Outcome.Refused<RoomId>(var refusal) -> door.complain(refusal.message());
        }
    }

    public RoomList.@Nullable Row getFound() {
        return found;
    }

    /** Null: nothing is shown, see {@link #getProblem}. */
    public @Nullable Delivery getKnown() {
        return delivery;
    }

    public String getProblem() {
        return problem;
    }

    public String getAuthorName() {
        return author == null ? "" : author.username();
    }

    public String getAuthorDisplayName() {
        return author == null ? "" : author.displayName();
    }

    /** Of the step "through the broker". */
    public String getPublished() {
        Delivery known = delivery;
        if (known == null) {
            return "";
        }
        if (known.isPublished()) {
            return "A node had it from the broker.";
        }
        if (known.nodes().size() == 1) {
            return "There is no other node to tell.";
        }
        return "Not known: no node that answered remembers having it from the broker. The database is asked for what does"
                + " not come that way"
                + (known.brokerUp() ? "." : "; the broker is down just now.");
    }

    /** What the node knows, in a sentence. */
    public String sentence(NodePassage at) {
        return switch (at.state()) {
            case SILENT ->
                isBrokerUp()
                        ? "did not answer within a second, so nothing is known of it"
                        : "was not asked, since the broker is down: nothing is known of it";
            case UNSERVED -> "nobody there listens to this room";
            case ARRIVED -> way(at) + late(at.arrivedAt());
            case THERE -> "has it, and does not remember since when";
            case MISSING -> "has not got it yet";
            case OTHER_NUMBERS -> "counts this room otherwise: it is behind a restore, or ahead of one";
        };
    }

    private static String way(NodePassage at) {
        return switch (at.way()) {
            case "committed" -> "committed it itself, and gave it to its sockets";
            case "broker" -> "had it from the broker";
            default -> "read it from the database";
        };
    }

    private String late(@Nullable Instant at) {
        Delivery known = delivery;
        if (at == null || known == null) {
            return "";
        }
        long millis = Duration.between(known.message().at(), at).toMillis();
        String late = millis > MOST_MILLIS_SHOWN ? millis / 1000 + " s" : Math.max(0, millis) + " ms";
        return " " + late + " after the commit";
    }

    /** {@code 3 sent, 1 waiting}: the node's sockets that listen to the room. */
    public String sockets(NodePassage at) {
        var parts = new ArrayList<String>();
        for (Standing standing : Standing.values()) {
            long count = at.listening(standing);
            if (count > 0) {
                parts.add(count + " " + words(standing));
            }
        }
        return String.join(", ", parts);
    }

    private boolean isBrokerUp() {
        return delivery != null && delivery.brokerUp();
    }

    /** How a socket stands, in words. */
    public String words(Standing standing) {
        return switch (standing) {
            case SENT -> "sent";
            case WAITING -> "given, not all sent yet";
            case DUE -> "not given yet";
            case HAD -> "the client says that it has it";
            case EARLIER -> "listening since later";
            case SILENT -> "not listening to this room";
        };
    }

    /** What is known of one person's part, in words. */
    public String told(Delivery.Answer answer) {
        return switch (answer) {
            case WROTE -> "wrote it";
            case READ -> "read";
            case HAD -> "the client says that it has it";
            case SENT -> "sent, not read yet";
            case ON_ITS_WAY -> "on its way";
            case NOT_KNOWN -> "not known";
            case NOT_SENT -> "connected, not sent";
            case NOT_CONNECTED -> "not connected";
        };
    }

    public String tone(Delivery.Answer answer) {
        return switch (answer) {
            case READ, WROTE -> "good";
            case ON_ITS_WAY, NOT_KNOWN -> "warn";
            case HAD, SENT, NOT_SENT, NOT_CONNECTED -> "";
        };
    }

    /** {@code 5 min}: roughly. */
    public String age(Duration duration) {
        return duration.toHours() > 0
                ? duration.toHours() + " h"
                : duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }

    /** Where the next page begins; empty: there is none. */
    public String getNext() {
        return delivery == null || !delivery.more()
                ? ""
                : delivery.people().getLast().id().value();
    }

    public String getRoom() {
        return room;
    }

    public long getSeq() {
        return seq;
    }

    public String getWho() {
        return who;
    }

    public String getAfter() {
        return after;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }
}
