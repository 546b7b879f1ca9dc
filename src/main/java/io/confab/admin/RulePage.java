package io.confab.admin;

import io.confab.identity.Account;
import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.kernel.UserId;
import io.confab.room.Verdict;
import io.confab.rule.DryRun;
import io.confab.rule.RuleAct;
import io.confab.rule.RuleHit;
import io.confab.rule.RuleMode;
import io.confab.rule.RuleRow;
import io.confab.rule.Rules;
import io.confab.rule.Tried;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One rule, or one in the making: what it is, what it would have met, what it met, and what admins do with it. */
@Named
@RequestScoped
public class RulePage {
    private static final int HITS = 25;

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

    private final Map<UserId, String> names = new HashMap<>();
    private String id = "";
    private String before = "";
    private String commandId = new Ids().cid();
    private String why = "";
    private long revision;
    private boolean sure;
    private String text = "";
    private String tried = "";
    private @Nullable RuleRow rule;
    private @Nullable DryRun run;
    private @Nullable List<RuleHit> hits;
    private RuleForm form = new RuleForm();

    @PostConstruct
    void readAddress() {
        id = door.parameter("id");
        before = door.parameter("before");
        if (!id.isEmpty()) {
            read();
        } else if (RuleForm.KINDS.contains(door.parameter("kind"))) {
            form.setKind(door.parameter("kind"));
        }
    }

    private void read() {
        rule = Ids.isId(id) ? console.rules().find(id).orElse(null) : null;
        if (rule != null) {
            form = RuleForm.of(rule.definition());
            revision = rule.revision();
            long edition = rule.edition();
            run = console.dryRuns().last(id).filter(r -> r.edition() == edition).orElse(null);
        }
    }

    /** Called before the page is built, and again with each post; answers 404 or 403 when there is nothing to see. */
    public void load() {
        isOpen();
    }

    private boolean isOpen() {
        if (!staff.isEverywhere() || (id.isEmpty() && !staff.isAdmin())) {
            door.forbidden();
            return false;
        }
        if ((!id.isEmpty() && rule == null) || (!before.isEmpty() && !Ids.isId(before))) {
            door.notFound();
            return false;
        }
        return true;
    }

    public @Nullable String save() {
        return act(
                true,
                () -> (isNew()
                                ? console.rules()
                                        .create(staff.required().actor(), form.document(), commandId, why.strip())
                                : console.rules().change(staff.required().actor(), grounds(), form.document()))
                        .map(RuleRow::id),
                isNew()
                        ? "Made. It watches: run it dry, then switch it on."
                        : "Changed. All nodes have it in two seconds.");
    }

    /** Nothing of it is kept: what was tried stands on the page that answers, and nowhere else. */
    public @Nullable String tryOut() {
        if (!isOpen()) {
            return null;
        }
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        tried = "";
        switch (Acts.settled(
                Acts.UNKNOWN, () -> console.rules().tryOut(staff.required().actor(), form.document(), text))) {
            case Outcome.Done<Tried>(Tried done) -> tried = RuleWords.tried(form.getKind(), done);
            case Outcome.Refused<Tried>(Refusal refusal) -> door.complain("Not tried: " + refusal.message() + ".");
        }
        return null;
    }

    public @Nullable String turnOn() {
        return turn(RuleMode.ON, "Switched on. All nodes have it in two seconds.");
    }

    public @Nullable String watch() {
        return turn(RuleMode.WATCH, "It only watches now.");
    }

    public @Nullable String turnOff() {
        return turn(RuleMode.OFF, "Switched off.");
    }

    private @Nullable String turn(RuleMode mode, String said) {
        return act(
                true,
                () -> console.rules()
                        .turn(staff.required().actor(), grounds(), mode, sure)
                        .map(RuleRow::id),
                said);
    }

    public @Nullable String delete() {
        String stayed = act(
                true,
                () -> console.rules()
                        .delete(staff.required().actor(), grounds())
                        .map(RuleRow::id),
                "Deleted.");
        return stayed == null ? null : "/admin/rules?faces-redirect=true";
    }

    public @Nullable String runDry() {
        return act(
                false,
                () -> console.dryRuns().start(staff.required().actor(), id).map(DryRun::rule),
                "The dry run has begun.");
    }

    /**
     * Once for each form that is sent; back to the rule when it was done.
     *
     * @param named it needs a reason
     * @param what gives the rule's id
     */
    private @Nullable String act(boolean named, Supplier<Outcome<String>> what, String said) {
        if (!isOpen()) {
            return null;
        }
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        if (named && why.isBlank()) {
            door.complain("Not done: say why.");
            return null;
        }
        if (visit.begin(commandId, door.now()).isEmpty()) {
            visit.say("That had been sent already; nothing was done twice.", true);
            return id.isEmpty() ? "/admin/rules?faces-redirect=true" : back(id);
        }
        return switch (Acts.settled(Acts.UNKNOWN, what)) {
            case Outcome.Done<String>(String rule) -> {
                visit.say(said, true);
                yield back(rule);
            }
            case Outcome.Refused<String>(Refusal.Internal unknown) -> {
                visit.mayRepeat(commandId);
                door.complain("Perhaps not done: " + unknown.message() + ".");
                yield null;
            }
            case Outcome.Refused<String>(Refusal refusal) -> {
                visit.mayTryAgain(commandId);
                door.complain("Not done: " + refusal.message() + ".");
                yield null;
            }
        };
    }

    private static String back(String rule) {
        return "/admin/rule?id=" + rule + "&faces-redirect=true";
    }

    private Rules.Grounds grounds() {
        return new Rules.Grounds(id, revision, why.strip());
    }

    public boolean isNew() {
        return id.isEmpty();
    }

    /** Null: it is in the making. */
    public @Nullable RuleRow getRule() {
        return rule;
    }

    public String getTitle() {
        return rule == null ? "A new rule" : rule.definition().name();
    }

    public String getKind() {
        return RuleWords.kind(form.getKind());
    }

    public String getMeets() {
        return rule == null ? "" : RuleWords.meets(rule.definition().trigger());
    }

    public String getDoes() {
        return rule == null ? "" : RuleWords.does(rule.definition());
    }

    public String getMode() {
        return rule == null ? "" : RuleWords.mode(rule.mode());
    }

    public String getTone() {
        return rule == null ? "" : RuleWords.tone(rule.mode());
    }

    public boolean mayTurn(String to) {
        return rule != null && !rule.mode().word().equals(to);
    }

    public String getYounger() {
        return rule == null || rule.definition().youngerThan().isZero()
                ? "everybody"
                : "people whose account is younger than "
                        + RuleWords.lasts(rule.definition().youngerThan());
    }

    /** Of what the rule is now; null: none. */
    public @Nullable DryRun getRun() {
        return run;
    }

    public List<String> getWarnings() {
        return rule == null || run == null || run.state() == DryRun.State.RUNNING
                ? List.of()
                : console.rules().warnings(rule, run);
    }

    /** Newest first. */
    public List<RuleHit> getHits() {
        if (hits == null) {
            hits = rule == null ? List.of() : console.ruleHits().page(rule.id(), before, HITS);
        }
        return hits;
    }

    /** Where the older ones begin; empty: there are none. */
    public String getOlder() {
        return getHits().size() < HITS ? "" : getHits().getLast().id();
    }

    public String outcome(RuleHit hit) {
        return RuleWords.outcome(hit.outcome());
    }

    public String username(UserId user) {
        return names.computeIfAbsent(
                user, u -> console.accounts().find(u).map(Account::username).orElse(""));
    }

    public RuleAct[] getActs() {
        return RuleAct.values();
    }

    public String actTitle(RuleAct act) {
        return RuleWords.title(act);
    }

    public String exemptTitle(Verdict.Exempt who) {
        return switch (who) {
            case ADMIN -> "admins";
            case MODERATOR -> "global moderators";
            case ROOM_OWNER -> "owners of the room";
            case ROOM_MODERATOR -> "moderators of the room";
        };
    }

    public RuleForm getForm() {
        return form;
    }

    public String getBefore() {
        return before;
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

    public long getRevision() {
        return revision;
    }

    public void setRevision(long revision) {
        this.revision = revision;
    }

    public String getWhy() {
        return why;
    }

    public void setWhy(String why) {
        this.why = why;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    /** What came of a try; empty: nothing was tried. */
    public String getTried() {
        return tried;
    }

    public int getMostTried() {
        return Rules.MAX_TRIED_CHARS;
    }

    public boolean isSure() {
        return sure;
    }

    public void setSure(boolean sure) {
        this.sure = sure;
    }
}
