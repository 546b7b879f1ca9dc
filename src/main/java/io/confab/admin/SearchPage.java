package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.moderation.RoomList;
import io.confab.search.MessageSearch.Found;
import io.confab.search.MessageSearch.Hit;
import io.confab.search.MessageSearch.Query;
import io.confab.search.Place;
import io.confab.store.StoreFailure;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks for messages; what is looked for stands in the address, so that it can be passed on. */
@Named
@RequestScoped
public class SearchPage {
    private static final int ROWS = 25;
    private static final int MOST_CHARACTERS = 64;

    @Inject
    private Console console;

    @Inject
    private ViewerZone viewer;

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

    private String words = "";
    private String who = "";
    private String room = "";
    private String from = "";
    private String until = "";
    private String before = "";
    private String why = "";
    private @Nullable Answer answer;

    /** What the page shows. @param problem a sentence; @param closed a private room of which nothing may be shown yet */
    private record Answer(
            @Nullable String problem, RoomList.@Nullable Row closed, Found found, Map<String, Account> people) {
        static Answer problem(String sentence) {
            return new Answer(sentence, null, new Found(List.of(), null), Map.of());
        }
    }

    /** A part of what is looked for that names nothing. */
    private static final class Unclear extends Exception {
        private static final long serialVersionUID = 1L;

        Unclear(String sentence) {
            super(sentence);
        }
    }

    @PostConstruct
    void init() {
        words = door.parameter("q");
        who = door.parameter("who").strip();
        room = door.parameter("room").strip();
        from = door.parameter("from").strip();
        until = door.parameter("until").strip();
        before = door.parameter("before");
    }

    /** Called before the page is built. */
    public void load() {
        if (!staff.isActing()) {
            door.forbidden();
        }
    }

    /** Whether anything was looked for. */
    public boolean isAsked() {
        return !(words + who + room + from + until).isBlank();
    }

    private Answer answer() {
        if (answer == null) {
            answer = ask();
        }
        return answer;
    }

    private Answer ask() {
        if (!isAsked() || !staff.isActing()) {
            return new Answer(null, null, new Found(List.of(), null), Map.of());
        }
        try {
            RoomList.Row in = theRoom();
            var query = new Query(
                    words, thePerson(), in == null ? null : in.id(), day(from), until.isEmpty() ? null : day(until, 1));
            Optional<String> problem = query.problem();
            if (problem.isPresent()) {
                return Answer.problem(problem.get());
            }
            if (in != null && in.isConfidential() && !visit.isOpen(in.id(), door.now())) {
                return new Answer(null, in, new Found(List.of(), null), Map.of());
            }
            return console.search()
                    .page(query, visit.opened(door.now()), place(), ROWS)
                    .map(found -> new Answer(null, null, found, people(found)))
                    .orElseGet(() -> Answer.problem("Others are searching just now. Search again in a moment."));
        } catch (Unclear e) {
            return Answer.problem(String.valueOf(e.getMessage()));
        } catch (StoreFailure.Unavailable e) {
            return Answer.problem(
                    "The search took too long, or the database is away. Say more of what you look for, or try again.");
        }
    }

    private @Nullable UserId thePerson() throws Unclear {
        if (who.isEmpty()) {
            return null;
        }
        boolean readable = who.length() <= MOST_CHARACTERS && who.indexOf(0) < 0;
        Optional<UserId> byName =
                readable ? console.accounts().findByUsername(who).map(Account::id) : Optional.empty();
        Optional<UserId> found = byName.or(
                () -> Ids.isId(who) ? console.accounts().find(new UserId(who)).map(Account::id) : Optional.empty());
        return found.orElseThrow(() -> new Unclear("There is nobody with this username or id."));
    }

    private RoomList.@Nullable Row theRoom() throws Unclear {
        if (room.isEmpty()) {
            return null;
        }
        Optional<RoomList.Row> found = Ids.isId(room)
                ? console.rooms().find(new RoomId(room), staff.required().reach())
                : Optional.empty();
        return found.orElseThrow(() -> new Unclear("There is no room with this id."));
    }

    private @Nullable Instant day(String date) throws Unclear {
        return date.isEmpty() ? null : day(date, 0);
    }

    /** The beginning of a day, or of one after it. */
    private Instant day(String date, int daysLater) throws Unclear {
        try {
            return LocalDate.parse(date)
                    .plusDays(daysLater)
                    .atStartOfDay(viewer.getZone())
                    .toInstant();
        } catch (DateTimeException e) {
            throw new Unclear("A day is written like 2026-01-31.");
        }
    }

    private @Nullable Place place() {
        return Place.parse(before).orElse(null);
    }

    private Map<String, Account> people(Found found) {
        var ids = found.hits().stream().map(Hit::by).distinct().toList();
        var people = new HashMap<String, Account>();
        console.accounts().find(ids).forEach(account -> people.put(account.id().value(), account));
        return people;
    }

    /** Opens the private room to this reader for a while, the audit line first, and searches it at the same address. */
    public void open() {
        RoomList.Row closed = getClosed();
        if (closed == null || !proof.isGiven()) {
            return; // it is open already, or not for this person
        }
        switch (console.reading().open(staff.required(), closed.id(), why)) {
            case Outcome.Done<RoomId>(RoomId opened) -> {
                visit.open(opened, door.now(), door.reading());
                door.redirect("/admin/search?" + request.getQueryString());
            }
            case Outcome.Refused<RoomId>(var refusal) -> door.complain(refusal.message());
        }
    }

    public @Nullable String getProblem() {
        return answer().problem();
    }

    public RoomList.@Nullable Row getClosed() {
        return answer().closed();
    }

    public List<Hit> getHits() {
        return answer().found().hits();
    }

    /** Where the next page begins; empty: there is none. */
    public String getNext() {
        Place next = answer().found().next();
        return next == null ? "" : next.toString();
    }

    /** Down to when all were looked at, on a page that ends before it is full; null: it is full, or there are no more. */
    public @Nullable Instant getLookedUntil() {
        Place next = answer().found().next();
        return next == null || getHits().size() == ROWS ? null : Instant.ofEpochMilli(next.ts());
    }

    public boolean isNothing() {
        return isAsked()
                && getProblem() == null
                && getClosed() == null
                && getHits().isEmpty();
    }

    public String username(Hit hit) {
        Account by = answer().people().get(hit.by().value());
        return by == null ? "" : by.username();
    }

    public String displayName(Hit hit) {
        Account by = answer().people().get(hit.by().value());
        return by == null ? "" : by.displayName();
    }

    public ZoneId getZone() {
        return viewer.getZone();
    }

    public String getWords() {
        return words;
    }

    public String getWho() {
        return who;
    }

    public String getRoom() {
        return room;
    }

    public String getFrom() {
        return from;
    }

    public String getUntil() {
        return until;
    }

    public String getBefore() {
        return before;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }
}
