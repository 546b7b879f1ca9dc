package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.report.Decision;
import io.confab.report.Decisions;
import io.confab.report.Decisions.Made;
import io.confab.report.Decisions.Together;
import io.confab.report.ReasonTemplate;
import io.confab.report.Remedy;
import io.confab.report.Verdict;
import io.confab.report.Wish;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The forms of a case's page: decide it, and others with it, note something, finish what was left, take it over. Remembers
 * nothing between requests: a second press, a reload or a replay of a form is known by the command id that it carries, on any
 * node.
 * Longer than most, since a third of it is what a form reads and writes.
 */
@Named
@RequestScoped
public class Deciding {
    /** A case that was ticked, with the version that the reader saw. */
    private static final Pattern OTHER = Pattern.compile("([A-Za-z0-9_-]{1,40}):([1-9][0-9]{0,17})");

    private static final List<String> KEYS = List.of("1", "2", "3", "4", "5", "w", "r", "h");

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

    @Inject
    private CasePage page;

    @Inject
    private ReadyReasons ready;

    private String commandId = new Ids().cid();
    private long version;
    private final Map<Remedy, Boolean> chosen = new EnumMap<>(Remedy.class);
    private Lasting lasting = Lasting.TEN_MINUTES;
    private Lately lately = Lately.HOUR;
    private String reason = "";
    private String note = "";
    private String letStand = "";

    @PostConstruct
    void readCase() {
        page.find().ifPresent(found -> {
            version = found.row().about().version();
            chosen.put(Remedy.HIDE, found.forReview()); // who agrees leaves it hidden, unless they say otherwise
            reason = found.row().types().stream()
                    .findFirst()
                    .flatMap(type -> ready.getAll().stream()
                            .filter(template -> template.type() == type)
                            .findFirst())
                    .map(ReasonTemplate::text)
                    .orElse("");
        });
    }

    public @Nullable String takeOver() {
        if (!mayAct()) {
            return null;
        }
        console.claims().take(staff.required(), page.getId(), true);
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

    /** A moderator of the room leaves it to staff. */
    public @Nullable String pass() {
        return decide(Verdict.PASS);
    }

    public @Nullable String addNote() {
        return perform((decisions, command) -> decisions.note(staff.required(), page.getId(), note, command), made -> {
            tell(made);
            return here();
        });
    }

    /** Does what a node that died, or a database that was away, left undone. */
    public @Nullable String finish() {
        String decision = door.parameter("decision");
        return !Ids.isId(decision)
                ? null
                : perform((decisions, command) -> decisions.finish(staff.required(), decision), made -> {
                    tell(made);
                    return here();
                });
    }

    private @Nullable String decide(Verdict verdict) {
        return perform(
                (decisions, command) -> decisions.decide(staff.required(), wish(verdict, command), others()),
                together -> {
                    tell(together.first());
                    tellOthers(together);
                    return onward();
                });
    }

    /** Of a form that says nothing is to be done the text for the person concerned is not meant. */
    private Wish wish(Verdict verdict, String command) {
        Instant end = lasting.from(door.now().truncatedTo(ChronoUnit.MILLIS));
        List<Wish.Asked> asked = Remedy.FIRST.stream()
                .filter(remedy -> Boolean.TRUE.equals(chosen.get(remedy)))
                .filter(remedy -> verdict == Verdict.AGREE || (verdict == Verdict.ESCALATE && remedy == Remedy.HIDE))
                .map(remedy ->
                        new Wish.Asked(remedy, remedy.timed() ? end : null, remedy.looksBack() ? lately.back() : null))
                .toList();
        String why = verdict == Verdict.PASS ? letStand : asked.isEmpty() ? "" : reason;
        return new Wish(page.getId(), version, verdict, asked, why.strip(), note, command);
    }

    /** Those that are ticked; anything else that a request brings names none. */
    private List<Decisions.Other> others() {
        return door.parameters("also").stream()
                .map(OTHER::matcher)
                .filter(Matcher::matches)
                .map(match -> new Decisions.Other(match.group(1), Long.parseLong(match.group(2))))
                .distinct()
                .toList();
    }

    private <T> @Nullable String perform(BiFunction<Decisions, String, Outcome<T>> act, Function<T, String> then) {
        if (!mayAct() || !proof.isGiven()) {
            return null;
        }
        Outcome<T> outcome = Acts.settled(Acts.UNKNOWN, () -> act.apply(console.decisions(), commandId));
        return switch (outcome) {
            case Outcome.Done<T>(T done) -> then.apply(done);
            case Outcome.Refused<T>(Refusal.Conflict beaten) -> {
                visit.say("Not done: " + beaten.message() + ".", false);
                yield here();
            }
            case Outcome.Refused<T>(Refusal refusal) -> door.refused(refusal);
        };
    }

    private boolean mayAct() {
        if (!staff.isModerating()) {
            door.forbidden();
            return false;
        }
        return page.isOpen();
    }

    private void tell(Made made) {
        Decision decision = made.decision();
        if (made.duplicate()) {
            visit.say("That had been sent already; nothing was done twice.", true);
            return;
        }
        for (Decision.Act act : decision.acts()) {
            if (act.state() != Decision.State.DONE) {
                String why = act.state() == Decision.State.PENDING
                        ? "the server did not answer; it goes on with it by itself"
                        : act.told();
                visit.say("Not done: " + act.remedy().title() + ": " + why + ".", false);
            }
        }
        switch (decision.verdict()) {
            case AGREE, DISAGREE, IGNORE -> visit.decided(decision, version + 1, door.now());
            case ESCALATE -> visit.say("Handed to the admins.", true);
            case NOTE -> visit.say("Note added.", true);
            case PASS -> visit.say("Left to staff.", true);
            case UNDO -> throw new IllegalStateException("no form of this page takes a decision back");
        }
    }

    private void tellOthers(Together together) {
        if (together.others().isEmpty() || together.first().duplicate()) {
            return;
        }
        long done = together.others().values().stream()
                .filter(Outcome.Done.class::isInstance)
                .count();
        visit.say("Decided with it: " + done + " of " + together.others().size() + ".", done > 0);
        long pending = together.others().values().stream()
                .filter(each -> each instanceof Outcome.Done<Made>(Made made)
                        && made.decision().isPending())
                .count();
        if (pending > 0) {
            visit.say("Not finished yet: " + pending + " of them; the server goes on with it by itself.", false);
        }
        for (Outcome<Made> each : together.others().values()) {
            if (each instanceof Outcome.Refused<Made>(Refusal refusal)) {
                visit.say("One was not decided: " + refusal.message() + ".", false);
            }
        }
    }

    /** The next case opens by itself. */
    private String onward() {
        return console.cases()
                .next(page.getId(), staff.required())
                .map(CasePage::page)
                .orElse("/admin/queue?faces-redirect=true");
    }

    private String here() {
        return CasePage.page(page.getId());
    }

    public List<Remedy> getChoices() {
        return Remedy.FIRST.stream()
                .filter(remedy -> staff.isEverywhere() || remedy.isOfRoom())
                .toList();
    }

    /** The key that ticks a remedy; 6 to 9 are for how long. */
    public String key(Remedy remedy) {
        return KEYS.get(Remedy.FIRST.indexOf(remedy));
    }

    /** Why a remedy is not possible; empty: it is. */
    public String obstacle(Remedy remedy) {
        return page.getWhole().obstacles().getOrDefault(remedy, "");
    }

    /** Whether a case had been ticked in the form that comes back. */
    public boolean isTicked(String caseId) {
        return door.parameters("also").stream().anyMatch(also -> also.startsWith(caseId + ":"));
    }

    public List<Lasting> getLastings() {
        return Lasting.WITHOUT_ZONE;
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

    public List<Lately> getLatelies() {
        return List.of(Lately.values());
    }

    public Lately getLately() {
        return lately;
    }

    public void setLately(Lately lately) {
        this.lately = lately;
    }

    public String getReason() {
        return reason;
    }

    public void setReason(String reason) {
        this.reason = reason;
    }

    /** Why it may stand, for staff. */
    public String getLetStand() {
        return letStand;
    }

    public void setLetStand(String letStand) {
        this.letStand = letStand;
    }

    public String getNote() {
        return note;
    }

    public void setNote(String note) {
        this.note = note;
    }
}
