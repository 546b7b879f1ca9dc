package io.confab.admin;

import io.confab.audit.AuditExport;
import io.confab.audit.AuditTexts;
import io.confab.audit.AuditTrail;
import io.confab.identity.Accounts;
import io.confab.identity.Outcome;
import io.confab.kernel.Json;
import io.confab.moderation.Oversight;
import io.confab.moderation.StaffMember;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/audit.csv} and {@code /admin/audit.json}: all sealed lines that match, as a file. Behind
 * {@link ConsoleFilter}; {@link Oversight} says who may. Read page by page, so its size is no matter; a few at a time, since
 * each holds a thread for as long as it is read.
 */
public class AuditDownload extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int AT_ONCE = 2;

    private final transient Oversight oversight;
    private final transient Accounts accounts;
    private final transient Clock clock;
    private final transient Semaphore free = new Semaphore(AT_ONCE);

    @Inject
    public AuditDownload(Oversight oversight, Accounts accounts, Clock clock) {
        this.oversight = oversight;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!(request.getAttribute(Staff.ATTRIBUTE) instanceof StaffMember member)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        if (!free.tryAcquire()) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        try {
            var said = new AuditFilter.Said(
                    text(request, "actor"),
                    text(request, "act"),
                    text(request, "target"),
                    text(request, "from"),
                    text(request, "until"));
            AuditTrail.Filter filter = AuditFilter.of(accounts, said, ZoneOffset.UTC); // links to it have instants
            send(member, filter, request.getServletPath().endsWith(".csv"), response);
        } finally {
            free.release();
        }
    }

    private static String text(HttpServletRequest request, String name) {
        String given = request.getParameter(name);
        return given == null ? "" : given;
    }

    private void send(StaffMember member, AuditTrail.Filter filter, boolean csv, HttpServletResponse response)
            throws IOException {
        AuditExport.@Nullable Page page = page(member, filter, 0);
        if (page == null) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        String name = "audit-" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + (csv ? ".csv" : ".json");
        response.setContentType((csv ? "text/csv" : "application/json") + ";charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        Writer out = response.getWriter();
        var file = csv ? new CsvFile(out) : new JsonFile(out);
        file.begin();
        file.add(page);
        while (page.more()) {
            page = page(member, filter, page.next());
            if (page == null) {
                throw new IOException(
                        member.user() + " may not take the audit trail away any more"); // a file cut short
            }
            file.add(page);
        }
        file.end();
    }

    /** Null: this person may not. */
    private AuditExport.@Nullable Page page(StaffMember member, AuditTrail.Filter filter, long after) {
        return switch (oversight.lines(member, filter, after, AuditExport.MAX_PAGE)) {
            case Outcome.Done<AuditExport.Page>(AuditExport.Page found) -> found;
            case Outcome.Refused<AuditExport.Page> ignored -> null;
        };
    }

    /** What a file consists of. */
    private interface File {
        void begin() throws IOException;

        void add(AuditExport.Page page) throws IOException;

        void end() throws IOException;
    }

    private record CsvFile(Writer out) implements File {
        @Override
        public void begin() throws IOException {
            AuditTexts.csvHead(out);
        }

        @Override
        public void add(AuditExport.Page page) throws IOException {
            AuditTexts.csv(out, page.lines());
        }

        @Override
        public void end() {}
    }

    private static final class JsonFile implements File {
        private final Writer out;
        private String between = "";

        JsonFile(Writer out) {
            this.out = out;
        }

        @Override
        public void begin() throws IOException {
            out.write("{\"lines\":[");
        }

        @Override
        public void add(AuditExport.Page page) throws IOException {
            for (AuditTrail.Entry entry : page.lines()) {
                out.write(between + "\n" + Json.write(AuditTexts.json(entry)));
                between = ",";
            }
        }

        @Override
        public void end() throws IOException {
            out.write("\n]}\n");
        }
    }
}
