package io.confab.admin;

import io.confab.kernel.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.faces.application.FacesMessage;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.PhaseId;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What page beans answer beside a page. */
@ApplicationScoped
public class Door {
    private Clock clock;
    private ConsoleSettings settings;

    @SuppressWarnings("NullAway.Init")
    protected Door() {} // for the CDI proxy

    @Inject
    public Door(Clock clock, ConsoleSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    public Instant now() {
        return clock.instant();
    }

    /** How long a private room stays open. */
    public Duration reading() {
        return settings.reading();
    }

    /** No such person, room, or page. */
    public void notFound() {
        end(HttpServletResponse.SC_NOT_FOUND);
    }

    /** Signed in, but this is not for this role. */
    public void forbidden() {
        end(HttpServletResponse.SC_FORBIDDEN);
    }

    /** A parameter of this request's address or form; empty when it has none. */
    public String parameter(String name) {
        return FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestParameterMap()
                .getOrDefault(name, "");
    }

    /** The constant a parameter names; empty when it names none. */
    public <E extends Enum<E>> Optional<E> parameter(String name, Class<E> type) {
        String asked = parameter(name);
        return Stream.of(type.getEnumConstants())
                .filter(each -> each.name().equals(asked))
                .findFirst();
    }

    /** A sentence above the form. */
    public void complain(String sentence) {
        FacesContext.getCurrentInstance()
                .addMessage(null, new FacesMessage(FacesMessage.SEVERITY_ERROR, sentence, null));
    }

    /** What was refused, above the form, which stays with what was typed: nowhere to go. */
    public @Nullable String refused(Refusal refusal) {
        String outcome = refusal instanceof Refusal.Internal ? "Perhaps not done: " : "Not done: ";
        complain(outcome + refusal.message() + ".");
        return null;
    }

    /** All values of a parameter, as of boxes that are ticked. */
    public List<String> parameters(String name) {
        String[] values = FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestParameterValuesMap()
                .get(name);
        return values == null ? List.of() : List.of(values);
    }

    /** Another page of ours, by its address. */
    public void redirect(String address) {
        try {
            FacesContext.getCurrentInstance().getExternalContext().redirect(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(int status) {
        FacesContext context = FacesContext.getCurrentInstance();
        try {
            context.getExternalContext().responseSendError(status, null);
            context.responseComplete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the page is being made; else what was sent is read. */
    boolean isShowing() {
        return PhaseId.RENDER_RESPONSE.equals(FacesContext.getCurrentInstance().getCurrentPhaseId());
    }
}
