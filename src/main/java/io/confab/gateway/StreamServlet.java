package io.confab.gateway;

import io.confab.kernel.Caller;
import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.wire.BadField;
import io.confab.wire.ErrorCode;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/stream}: the socket's events as server-sent events, for those whose network forbids WebSocket
 * (docs/protocol/v1.md, "The stream"). {@link HandshakeFilter} has looked at Origin, token and rate; what can be refused
 * before the stream begins is refused as any HTTP call, what ends it later is told by its last event.
 */
public class StreamServlet extends HttpServlet {
    static final String PATH = "/api/v1/stream";

    private static final long serialVersionUID = 1L;

    private final transient Streams streams;
    private final transient DoorMetrics metrics;

    @Inject
    public StreamServlet(Streams streams, DoorMetrics metrics) {
        this.streams = streams;
        this.metrics = metrics;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET");
            Problems.write(
                    response,
                    new Refusal.BadRequest("a stream is opened by GET"),
                    HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                    metrics);
            return;
        }
        Optional<Caller> caller =
                request.getUserPrincipal() instanceof Visitor visitor ? visitor.caller() : Optional.empty();
        if (caller.isEmpty()) {
            refuse(response, SignInFirst.NOBODY);
            return;
        }
        try {
            streams.open(request, response, caller.get(), rooms(request), lastEventId(request));
        } catch (BadField bad) {
            refuse(response, bad.refusal());
        } catch (Refused no) {
            refuse(response, no.refusal());
        } catch (RuntimeException fault) {
            refuse(response, Problems.refusalFor(fault));
        }
    }

    private void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        Problems.write(response, refusal, ErrorCode.of(refusal).status(), metrics);
    }

    private static @Nullable String rooms(HttpServletRequest request) {
        String[] values = request.getParameterValues("rooms");
        return values == null ? null : String.join(",", values);
    }

    private static @Nullable String lastEventId(HttpServletRequest request) {
        String header = String.join(",", Collections.list(request.getHeaders("Last-Event-ID")));
        return header.isBlank() ? null : header;
    }
}
