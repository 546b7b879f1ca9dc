package io.confab.admin;

import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.kernel.Ids;
import io.confab.kernel.UserId;
import io.confab.log.RoomReader;
import io.confab.moderation.RoomMembers;
import io.confab.report.CaseList;
import io.confab.report.Claims;
import io.confab.report.Decision;
import io.confab.report.Target;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One case: what was reported and around it, who wrote it, what was decided. Its forms are {@link Deciding}'s; it is long by
 * its short questions, one a part of the page.
 */
@Named
@RequestScoped
public class CasePage {
    private static final int AROUND = 21;
    private static final int LAST = 8;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    private String id = "";
    private boolean looked; // for it, once a request
    private Optional<CaseList.Whole> whole = Optional.empty();
    private Claims.@Nullable Claim claim;
    private @Nullable List<RoomPage.Said> around;
    private @Nullable List<CaseList.Alike> alike;
    private @Nullable Story story;
    private @Nullable String after;
    private @Nullable String before;

    @PostConstruct
    void readAddress() {
        id = door.parameter("id");
    }

    /** Called before the page is built, and again with each post: a case that is not there answers 404. */
    public void load() {
        isOpen();
    }

    /** Else it has been answered that there is no such case. */
    public boolean isOpen() {
        if (find().isEmpty()) {
            door.notFound();
            return false;
        }
        return true;
    }

    /** Says that this reader looks at it, unless somebody else does. */
    public void look() {
        if (find().isPresent() && staff.isModerating()) {
            claim = console.claims().take(staff.required(), id, false).orElse(null);
        }
    }

    static String page(String caseId) {
        return "/admin/report?faces-redirect=true&id=" + caseId;
    }

    public Optional<CaseList.Whole> find() {
        if (!looked && Ids.isId(id)) {
            whole = staff.member().flatMap(member -> console.cases().find(id, member));
        }
        looked = true;
        return whole;
    }

    /** Of a form that is sent when the case went out of reach the answer is 404, before anything of it is read. */
    public CaseList.Whole getWhole() {
        return find().orElseThrow(() -> {
            door.notFound();
            return new Gone("case " + id + " is not there for who asks");
        });
    }

    /** Null: nobody looks at it. */
    public Claims.@Nullable Claim getClaim() {
        return claim;
    }

    /** For the link to the next case; empty: there is none. */
    public String getAfter() {
        if (after == null) {
            after = console.cases().after(id, staff.required()).orElse("");
        }
        return after;
    }

    public String getBefore() {
        if (before == null) {
            before = console.cases().before(id, staff.required()).orElse("");
        }
        return before;
    }

    public boolean isAboutMessage() {
        return getWhole().row().about().target() instanceof Target.Message;
    }

    /** Empty: it is about a person. */
    public String getRoom() {
        return getWhole().row().about().target() instanceof Target.Message message
                ? message.room().value()
                : "";
    }

    public long getSeq() {
        return getWhole().row().about().target() instanceof Target.Message message ? message.seq() : 0;
    }

    /** Whether what was said around it may be shown: of a private room only to its moderators, and to who has said why. */
    public boolean isReadable() {
        boolean open = "public".equals(getWhole().row().roomKind()) || !staff.isEverywhere();
        return getWhole().row().about().target() instanceof Target.Message message
                && (open || visit.isOpen(message.room(), door.now()));
    }

    /** Ten messages on either side, as they stand now. */
    public List<RoomPage.Said> getAround() {
        if (around == null) {
            around = isReadable() && getWhole().row().about().target() instanceof Target.Message message
                    ? read(message)
                    : List.of();
        }
        return around;
    }

    private List<RoomPage.Said> read(Target.Message message) {
        long head =
                console.reader().head(message.room()).map(RoomReader.Head::head).orElse(0L);
        List<History.Message> rows = console.history()
                .around(message.room(), message.seq(), head, AROUND)
                .rows();
        return RoomPage.said(console, rows);
    }

    public @Nullable Account getAuthor() {
        return console.accounts().find(getWhole().row().about().author()).orElse(null);
    }

    public boolean isSuspended() {
        Account author = getAuthor();
        return author != null && author.suspendedAt(door.now());
    }

    /** How the author stands in the room; null: the room knows nothing of them. */
    public RoomMembers.@Nullable Row getStay() {
        return getWhole().row().about().target() instanceof Target.Message message
                ? console.members()
                        .find(message.room(), getWhole().row().about().author())
                        .orElse(null)
                : null;
    }

    /** What staff did to the author last, in whichever room, and noted about them: not about who reads it. */
    public Story getStory() {
        if (story == null) {
            UserId author = getWhole().row().about().author();
            boolean own = staff.required().user().equals(author);
            story = Story.of(console, console.timeline().ofStaff(author, own, LAST), own);
        }
        return story;
    }

    /** The decision that closed the case, and stands; null: there is none. */
    public @Nullable Decision getStanding() {
        return getWhole().decisions().stream()
                .filter(Decision::isUndoable)
                .findFirst()
                .orElse(null);
    }

    /**
     * Whether the page is being made. While what was sent is read, each form is there for who acts at all: one that stood on
     * the page when it was sent must not be passed over in silence because something was decided meanwhile.
     */
    public boolean isShowing() {
        return door.isShowing();
    }

    /** The open cases that can be decided with this one. */
    public List<CaseList.Alike> getAlike() {
        if (alike == null) {
            alike = console.cases().alike(getWhole().row().about(), staff.reach());
        }
        return alike;
    }

    /** Somebody else looks at it. */
    public boolean isWatched() {
        return staff.isModerating() && (!isShowing() || (claim != null && !claim.mine()));
    }

    public boolean isUnfinishedHere() {
        return staff.isModerating() && (!isShowing() || getUnfinished() != null);
    }

    public boolean isUndoable() {
        if (!isShowing()) {
            return staff.isModerating();
        }
        Decision standing = getStanding();
        return staff.isModerating()
                && getWhole().row().about().isClosed()
                && standing != null
                && isTheirs(standing)
                && !standing.isPending();
    }

    /** Theirs to take back and to finish: of a moderator of the room only what the room decided. */
    private boolean isTheirs(Decision decision) {
        return staff.isEverywhere() || decision.byRoom();
    }

    /** Null: all that was decided is done. */
    public @Nullable Decision getUnfinished() {
        return getWhole().decisions().stream()
                .filter(decision -> decision.isPending() && isTheirs(decision))
                .findFirst()
                .orElse(null);
    }

    public boolean isDecidable() {
        return staff.isModerating() && (!isShowing() || isOpenTo());
    }

    /** Whether a moderator of the room may leave it to staff. */
    public boolean isPassable() {
        return !staff.isEverywhere();
    }

    private boolean isOpenTo() {
        return switch (getWhole().row().about().state()) {
            case OPEN -> staff.isEverywhere() || !getWhole().row().left();
            case ESCALATED -> staff.isAdmin();
            case CLOSED -> false;
        };
    }

    public String getId() {
        return id;
    }
}
