package io.confab.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confab.kernel.Json;
import io.confab.kernel.Refusal;
import io.confab.wire.Fields;
import io.confab.wire.WireLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a request's body: strict UTF-8, strict JSON, an object, of at most as many bytes as a frame. Thread-safe. */
@Singleton
public class JsonBody {
    private final int maxBytes;

    @Inject
    public JsonBody(WireLimits limits) {
        this.maxBytes = limits.maxFrameBytes();
    }

    /** The fields of the body. An empty body counts as an empty object. @throws Refused when it is not such an object */
    Fields fields(InputStream body) {
        return Fields.of(object(body), "");
    }

    private ObjectNode object(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new Refused(new Refusal.TooLarge("a body may have at most " + maxBytes + " bytes"));
            }
            if (bytes.length == 0) {
                return Json.object();
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (Json.parse(text) instanceof ObjectNode object) {
                return object;
            }
            throw new Refused(new Refusal.BadRequest("the body must be a JSON object"));
        } catch (CharacterCodingException e) {
            throw new Refused(new Refusal.BadRequest("the body is not UTF-8"));
        } catch (Json.Malformed e) {
            throw new Refused(new Refusal.BadRequest(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new Refused(new Refusal.BadRequest("the body ended before its length"));
        }
    }
}
