package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.log.Answer;
import io.confab.wire.ServerFrames;
import jakarta.ws.rs.core.Response;

/** The log's answers over HTTP: the same fields as the socket's {@code ok}. */
final class Answers {
    private Answers() {}

    /** 200 (or {@code created} when it was not a repeat), or the problem. */
    static Response of(Answer answer, int created) {
        return switch (answer) {
            case Answer.Refused refused -> Problems.of(refused.refusal());
            case Answer.Accepted ok -> Problems.json(ok.duplicate() ? 200 : created, body(ok));
        };
    }

    private static ObjectNode body(Answer.Accepted ok) {
        return Json.object()
                .put("room", ok.room().value())
                .put("ep", ok.epoch())
                .put("seq", ok.seq())
                .put("ts", ServerFrames.time(ok.ts()))
                .put("cid", ok.cid())
                .put("dup", ok.duplicate());
    }
}
