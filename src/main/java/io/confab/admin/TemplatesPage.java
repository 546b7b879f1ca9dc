package io.confab.admin;

import io.confab.identity.Outcome;
import io.confab.kernel.Ids;
import io.confab.kernel.Refusal;
import io.confab.report.ReasonTemplate;
import io.confab.report.ReasonTemplates;
import io.confab.report.ReportType;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ready reasons, which all staff read and admins edit. A new one has the id that is made with its form, so sending the form twice
 * makes it once.
 */
@Named
@RequestScoped
public class TemplatesPage {
    private static final String HERE = "/admin/templates?faces-redirect=true";

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

    private String id = new Ids().cid();
    private String read = "";
    private String title = "";
    private String text = "";
    private String note = "";
    private @Nullable ReportType type;
    private int place;
    private boolean known;

    @PostConstruct
    void readAddress() {
        String asked = door.parameter("id");
        Optional<ReasonTemplate> found = Ids.isId(asked) ? console.templates().find(asked) : Optional.empty();
        known = found.isPresent();
        found.ifPresent(template -> {
            id = template.id();
            title = template.title();
            text = template.text();
            note = template.note();
            type = template.type();
            place = template.place();
            read = template.version();
        });
    }

    /** Adds or changes the one in the form. */
    public @Nullable String save() {
        return perform(
                templates -> templates.put(
                        staff.required(), new ReasonTemplate(id, title.strip(), text.strip(), note, type, place), read),
                "Kept.");
    }

    public @Nullable String remove() {
        return perform(templates -> templates.remove(staff.required(), id, read), "Removed.");
    }

    private interface Change {
        Outcome<Boolean> of(ReasonTemplates templates);
    }

    private @Nullable String perform(Change change, String done) {
        if (!staff.isAdmin()) {
            door.forbidden();
            return null;
        }
        if (!proof.isGiven()) {
            return null;
        }
        return switch (Acts.settled(Acts.UNKNOWN, () -> change.of(console.templates()))) {
            case Outcome.Done<Boolean>(Boolean changed) -> {
                visit.say(changed ? done : "It was so already; nothing had to be done.", true);
                yield HERE;
            }
            case Outcome.Refused<Boolean>(Refusal refusal) -> door.refused(refusal);
        };
    }

    public List<ReasonTemplate> getAll() {
        return console.templates().all();
    }

    /** The form is about one that is there. */
    public boolean isKnown() {
        return known;
    }

    public ReportType[] getTypes() {
        return ReportType.values();
    }

    public String getId() {
        return id;
    }

    /** As the form carries it; anything that is no id is not taken. */
    public void setId(String id) {
        if (Ids.isId(id)) {
            this.id = id;
        }
    }

    /** The version of what the form began with; empty: it is a new one. */
    public String getRead() {
        return read;
    }

    public void setRead(String read) {
        this.read = read;
    }

    public String getTitle() {
        return title;
    }

    public void setTitle(String title) {
        this.title = title;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public String getNote() {
        return note;
    }

    public void setNote(String note) {
        this.note = note;
    }

    public @Nullable ReportType getType() {
        return type;
    }

    public void setType(@Nullable ReportType type) {
        this.type = type;
    }

    public int getPlace() {
        return place;
    }

    public void setPlace(int place) {
        this.place = place;
    }
}
