package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.ops.DoorMetrics;
import io.confab.store.StoreFailure;
import io.confab.wire.BadField;
import io.confab.wire.ErrorCode;
import io.confab.wire.ServerFrames;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Refusals as HTTP answers: {@code application/problem+json} (RFC 9457) with the same {@code code} words as the socket's
 * {@code err} frames, {@code temporary}, and {@code Retry-After} where waiting helps.
 */
public final class Problems {
    private static final System.Logger LOG = System.getLogger(Problems.class.getName());
    private static final String PROBLEM_JSON = "application/problem+json";

    /** Carries the refusal from here to {@link CountedProblems}, which takes it off: never sent. */
    static final String REFUSAL = "Confab-Refusal";

    private Problems() {}

    /** The answer that a refusal gets. */
    public static Response of(Refusal refusal) {
        return of(refusal, ErrorCode.of(refusal).status()).build();
    }

    /** The same answer where no REST runtime is, counted. */
    static void write(HttpServletResponse response, Refusal refusal, int status, DoorMetrics metrics)
            throws IOException {
        metrics.refused(ErrorCode.of(refusal));
        response.setStatus(status);
        response.setContentType(PROBLEM_JSON);
        headers(refusal, response::setHeader);
        response.getOutputStream().write(Json.write(problem(refusal, status)).getBytes(StandardCharsets.UTF_8));
    }

    private static Response.ResponseBuilder of(Refusal refusal, int status) {
        var response = Response.status(status).type(PROBLEM_JSON).header(REFUSAL, refusal);
        headers(refusal, response::header);
        return response.entity(Json.write(problem(refusal, status)));
    }

    private static ObjectNode problem(Refusal refusal, int status) {
        ErrorCode code = ErrorCode.of(refusal);
        ObjectNode problem = Json.object();
        problem.put("type", "about:blank");
        problem.put("title", code.word().replace('_', ' '));
        problem.put("status", status);
        problem.put("detail", refusal.message());
        problem.put("code", code.word());
        problem.put("temporary", code.temporary());
        ServerFrames.retryAfter(refusal).ifPresent(wait -> problem.put("retry_after_ms", wait.toMillis()));
        ServerFrames.details(refusal).ifPresent(details -> problem.set("d", details));
        return problem;
    }

    private static void headers(Refusal refusal, BiConsumer<String, String> set) {
        ServerFrames.retryAfter(refusal).ifPresent(wait -> set.accept("Retry-After", seconds(wait)));
        if (ErrorCode.of(refusal) == ErrorCode.UNAUTHORIZED) {
            set.accept("WWW-Authenticate", "Bearer");
        }
        if (refusal instanceof Refusal.RateLimited limited) {
            if (!limited.window().isZero()) {
                set.accept("RateLimit-Policy", ratePolicy(limited));
            }
            set.accept("RateLimit", rateState(limited));
        }
    }

    /** As draft-ietf-httpapi-ratelimit-headers has it: what the bucket holds, and in how many seconds it fills. */
    static String ratePolicy(Refusal.RateLimited limited) {
        return "\"" + limited.bucket() + "\";q=" + limited.limit() + ";w=" + seconds(limited.window());
    }

    /** Likewise: nothing is left, and in how many seconds there is. */
    static String rateState(Refusal.RateLimited limited) {
        return "\"" + limited.bucket() + "\";r=0;t=" + seconds(limited.retryAfter());
    }

    /** A wait as the header {@code Retry-After} has it: whole seconds, at least one. */
    static String seconds(Duration wait) {
        return Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000));
    }

    /** A JSON answer. */
    static Response json(int status, ObjectNode body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                .header("Cache-Control", "no-store")
                .entity(Json.write(body))
                .build();
    }

    @Provider
    public static class OfRefused implements ExceptionMapper<Refused> {
        @Override
        public Response toResponse(Refused refused) {
            return of(refused.refusal());
        }
    }

    @Provider
    public static class OfBadField implements ExceptionMapper<BadField> {
        @Override
        public Response toResponse(BadField bad) {
            return of(bad.refusal());
        }
    }

    /** What the REST runtime itself refuses: no such path, method, media type. */
    @Provider
    public static class OfRuntime implements ExceptionMapper<WebApplicationException> {
        @Override
        public Response toResponse(WebApplicationException e) {
            int status = e.getResponse().getStatus();
            Refusal refusal = switch (status) {
                case 401 -> new Refusal.Unauthorized("sign in first");
                case 403 -> new Refusal.Forbidden("not permitted");
                case 404 -> new Refusal.NotFound("there is nothing at this path");
                default -> new Refusal.BadRequest("HTTP " + status + ": see the API description at /openapi");
            };
            if (status >= 500) {
                return unexpected(e);
            }
            return of(refusal, status)
                    .header("Allow", e.getResponse().getHeaderString("Allow"))
                    .build();
        }
    }

    /** A fault of ours: logged with its trace, answered without a word of it. */
    @Provider
    public static class OfFault implements ExceptionMapper<Throwable> {
        @Override
        public Response toResponse(Throwable fault) {
            return unexpected(fault);
        }
    }

    private static Response unexpected(Throwable fault) {
        return of(refusalFor(fault));
    }

    /** What a caller is told of a fault; the log has the rest. */
    static Refusal refusalFor(Throwable fault) {
        if (fault instanceof StoreFailure failure && failure.mayBeTriedAgain()) {
            LOG.log(Level.DEBUG, "the database did not do a request: {0}", fault.getMessage());
            return new Refusal.Unavailable("the database is away or busy; try again", Duration.ofSeconds(1));
        }
        LOG.log(Level.ERROR, "request failed", fault);
        return new Refusal.Internal("the server failed; the fault is in its log");
    }
}
