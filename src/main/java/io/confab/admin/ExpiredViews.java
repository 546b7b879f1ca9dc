package io.confab.admin;

import jakarta.faces.FacesException;
import jakarta.faces.application.ViewExpiredException;
import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerFactory;
import jakarta.faces.context.ExceptionHandlerWrapper;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.ExceptionQueuedEvent;
import jakarta.faces.event.ExceptionQueuedEventContext;
import jakarta.faces.event.PhaseId;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A click on a page whose state is gone (the server was restarted, another node answered, too many tabs): nothing was done;
 * the same page opens afresh and says so, after a plain post as after Ajax. Named in faces-config.xml.
 */
public class ExpiredViews extends ExceptionHandlerFactory {
    public ExpiredViews(ExceptionHandlerFactory wrapped) {
        super(wrapped);
    }

    @Override
    public ExceptionHandler getExceptionHandler() {
        return new Handler(getWrapped().getExceptionHandler());
    }

    private static final class Handler extends ExceptionHandlerWrapper {
        Handler(ExceptionHandler wrapped) {
            super(wrapped);
        }

        @Override
        public void handle() throws FacesException {
            for (ExceptionQueuedEvent event : getUnhandledExceptionQueuedEvents()) {
                if (isExpired(event.getContext())) {
                    afresh(FacesContext.getCurrentInstance().getExternalContext());
                    return;
                }
            }
            getWrapped().handle();
        }

        /** Or a form of another page, made to be sent here: it cannot be restored, and is not tried. */
        private static boolean isExpired(ExceptionQueuedEventContext failed) {
            boolean restoring = PhaseId.RESTORE_VIEW.equals(failed.getPhaseId());
            return failed.getException() instanceof ViewExpiredException
                    || (restoring && failed.getContext().isPostback());
        }

        private static void afresh(ExternalContext external) {
            var request = (HttpServletRequest) external.getRequest();
            String query = request.getQueryString();
            String separator = query == null ? "?" : "&";
            boolean told = ConsoleFilter.isByItself(request) || (query != null && query.contains("lost="));
            String again = request.getRequestURI()
                    + (query == null ? "" : "?" + query)
                    + (told ? "" : separator + "lost=true");
            try {
                external.redirect(again);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
