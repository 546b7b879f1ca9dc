package io.confab.admin;

import io.confab.audit.AuditTrail;
import io.confab.directory.History;
import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.log.RoomReader;
import io.confab.moderation.RoomMembers;
import io.confab.report.CaseList;
import io.confab.report.Claims;
import io.confab.report.Decision;
import io.confab.report.Decisions;
import io.confab.report.ReasonTemplate;
import io.confab.report.Remedy;
import io.confab.report.Target;
import io.confab.report.Verdict;
import io.confab.report.Wish;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.PhaseId;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One case: what was reported and around it, who wrote it, what was decided; and the form that decides. Remembers nothing
 * between requests: a second press, a reload or a replay of the form is known by the command id that it carries, on any node.
 */
@Named
@RequestScoped
public class CasePage {
    private static final int AROUND = 21;
    private static final int LINES = 5;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private Proof proof;

    private String id = "";
    private String commandId = new Ids().cid();
    private long version;
    private final Map<Remedy, Boolean> chosen = new EnumMap<>(Remedy.class);
    private Lasting lasting = Lasting.TEN_MINUTES;
    private String reason = "";
    private String note = "";
    private boolean looked; // for it, once a request
    private Optional<CaseList.Whole> whole = Optional.empty();
    private Claims.@Nullable Claim claim;
    private @Nullable List<RoomPage.Said> around;

    @PostConstruct
    void readAddress() {
        id = door.parameter("id");
        find().ifPresent(found -> {
            version = found.row().about().version();
            reason = found.row().types().stream()
                    .findFirst()
                    .map(type -> ReasonTemplate.of(type).text())
                    .orElse("");
        });
    }

    /** Called before the page is built, and again with each post: a case that is not there answers 404. */
    public void load() {
        isOpen();
    }

    private boolean isOpen() {
        if (find().isEmpty()) {
            door.notFound();
            return false;
        }
        return true;
    }

    /** Says that this reader looks at it, unless somebody else does. */
    public void look() {
        if (find().isPresent() && staff.isActing()) {
            claim = console.claims().take(staff.required(), id, false).orElse(null);
        }
    }

    public @Nullable String takeOver() {
        if (!mayAct()) {
            return null;
        }
        console.claims().take(staff.required(), id, true);
        return here();
    }

    public @Nullable String agree() {
        return decide(Verdict.AGREE);
    }

    public @Nullable String disagree() {
        return decide(Verdict.DISAGREE);
    }

    public @Nullable String ignore() {
        return decide(Verdict.IGNORE);
    }

    public @Nullable String escalate() {
        return decide(Verdict.ESCALATE);
    }

    public @Nullable String addNote() {
        return perform((decisions, command) -> decisions.note(staff.required(), id, note, command), made -> here());
    }

    /** Does what a node that died, or a database that was away, left undone. */
    public @Nullable String finish() {
        String decision = door.parameter("decision");
        return !Ids.isId(decision)
                ? null
                : perform((decisions, command) -> decisions.finish(staff.required(), decision), made -> here());
    }

    private @Nullable String decide(Verdict verdict) {
        return perform(
                (decisions, command) -> decisions.decide(staff.required(), wish(verdict, command)), this::onward);
    }

    /** Of a form that says nothing is to be done the text for the person concerned is not meant. */
    private Wish wish(Verdict verdict, String command) {
        Instant end = lasting.from(door.now().truncatedTo(ChronoUnit.MILLIS));
        List<Wish.Asked> asked = Remedy.FIRST.stream()
                .filter(remedy -> Boolean.TRUE.equals(chosen.get(remedy)))
                .filter(remedy -> verdict == Verdict.AGREE || (verdict == Verdict.ESCALATE && remedy == Remedy.HIDE))
                .map(remedy -> new Wish.Asked(remedy, remedy.timed() ? end : null))
                .toList();
        return new Wish(id, version, verdict, asked, asked.isEmpty() ? "" : reason.strip(), note, command);
    }

    /** Where to when it is done. */
    private interface Then {
        String after(Decisions.Made made);
    }

    private @Nullable String perform(BiFunction<Decisions, String, Outcome<Decisions.Made>> act, Then then) {
        if (!mayAct() || !proof.isGiven()) {
            return null;
        }
        Outcome<Decisions.Made> outcome = Acts.settled(Acts.UNKNOWN, () -> act.apply(console.decisions(), commandId));
        return switch (outcome) {
            case Outcome.Done<Decisions.Made>(Decisions.Made made) -> {
                tell(made);
                yield then.after(made);
            }
            case Outcome.Refused<Decisions.Made>(Refusal.Conflict beaten) -> {
                visit.say("Not done: " + beaten.message() + ".", false);
                yield here();
            }
            case Outcome.Refused<Decisions.Made>(Refusal.Internal unknown) -> {
                door.complain("Perhaps not done: " + unknown.message() + ".");
                yield null;
            }
            case Outcome.Refused<Decisions.Made>(Refusal refusal) -> {
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    private boolean mayAct() {
        if (!staff.isActing()) {
            door.forbidden();
            return false;
        }
        return isOpen();
    }

    private void tell(Decisions.Made made) {
        Decision decision = made.decision();
        if (made.duplicate()) {
            visit.say("That had been sent already; nothing was done twice.", true);
            return;
        }
        for (Decision.Act act : decision.acts()) {
            if (act.state() != Decision.State.DONE) {
                String why = act.state() == Decision.State.PENDING
                        ? "the server did not answer; finish it on its page"
                        : act.told();
                visit.say("Not done: " + act.remedy().title() + ": " + why + ".", false);
            }
        }
        switch (decision.verdict()) {
            case AGREE, DISAGREE, IGNORE -> visit.decided(decision, version + 1, door.now());
            case ESCALATE -> visit.say("Handed to the admins.", true);
            case NOTE -> visit.say("Note added.", true);
            case UNDO -> throw new IllegalStateException("no form of this page takes a decision back");
        }
    }

    /** The next case opens by itself. */
    private String onward(Decisions.Made made) {
        return console.cases()
                .next(id, staff.required().user())
                .map(CasePage::page)
                .orElse("/admin/queue?faces-redirect=true");
    }

    private String here() {
        return page(id);
    }

    static String page(String caseId) {
        return "/admin/report?faces-redirect=true&id=" + caseId;
    }

    private Optional<CaseList.Whole> find() {
        if (!looked && Ids.isId(id)) {
            whole = staff.member().flatMap(member -> console.cases().find(id, member.user(), member.role()));
        }
        looked = true;
        return whole;
    }

    public CaseList.Whole getWhole() {
        return find().orElseThrow();
    }

    /** Null: nobody looks at it. */
    public Claims.@Nullable Claim getClaim() {
        return claim;
    }

    /** For the link to the next case; empty: there is none. */
    public String getAfter() {
        return console.cases().after(id, staff.required().user()).orElse("");
    }

    public String getBefore() {
        return console.cases().before(id, staff.required().user()).orElse("");
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

    /** Whether what was said around it may be shown: of a private room only to who has said why. */
    public boolean isReadable() {
        boolean isPublic = "public".equals(getWhole().row().roomKind());
        return getWhole().row().about().target() instanceof Target.Message message
                && (isPublic || visit.isOpen(message.room(), door.now()));
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

    /** The last acts of staff on the author's account. */
    public List<AuditTrail.Entry> getLines() {
        String author = getWhole().row().about().author().value();
        return console.audit().search(new AuditTrail.Filter(null, null, author), 0, LINES);
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
        return PhaseId.RENDER_RESPONSE.equals(FacesContext.getCurrentInstance().getCurrentPhaseId());
    }

    /** Somebody else looks at it. */
    public boolean isWatched() {
        return staff.isActing() && (!isShowing() || (claim != null && !claim.mine()));
    }

    public boolean isUnfinishedHere() {
        return staff.isActing() && (!isShowing() || getUnfinished() != null);
    }

    public boolean isUndoable() {
        if (!isShowing()) {
            return staff.isActing();
        }
        Decision standing = getStanding();
        return staff.isActing() && getWhole().row().about().isClosed() && standing != null && !standing.isPending();
    }

    /** Null: all that was decided is done. */
    public @Nullable Decision getUnfinished() {
        return getWhole().decisions().stream()
                .filter(Decision::isPending)
                .findFirst()
                .orElse(null);
    }

    public boolean isDecidable() {
        return staff.isActing() && (!isShowing() || isOpenTo());
    }

    private boolean isOpenTo() {
        return switch (getWhole().row().about().state()) {
            case OPEN -> true;
            case ESCALATED -> staff.isAdmin();
            case CLOSED -> false;
        };
    }

    public List<Remedy> getChoices() {
        return Remedy.FIRST;
    }

    /** Why a remedy is not possible; empty: it is. */
    public String obstacle(Remedy remedy) {
        return getWhole().obstacles().getOrDefault(remedy, "");
    }

    public ReasonTemplate[] getTemplates() {
        return ReasonTemplate.values();
    }

    public Lasting[] getLastings() {
        return Lasting.values();
    }

    public String getId() {
        return id;
    }

    public String getCommandId() {
        return commandId;
    }

    /** As the form carries it; anything that is no command id is not taken. */
    public void setCommandId(String commandId) {
        if (Ids.isCid(commandId)) {
            this.commandId = commandId;
        }
    }

    public long getVersion() {
        return version;
    }

    public void setVersion(long version) {
        this.version = version;
    }

    /** Which boxes are ticked. */
    public Map<Remedy, Boolean> getChosen() {
        return chosen;
    }

    public Lasting getLasting() {
        return lasting;
    }

    public void setLasting(Lasting lasting) {
        this.lasting = lasting;
    }

    public String getReason() {
        return reason;
    }

    public void setReason(String reason) {
        this.reason = reason;
    }

    public String getNote() {
        return note;
    }

    public void setNote(String note) {
        this.note = note;
    }
}
