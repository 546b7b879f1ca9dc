package io.confab.gateway;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request from one address, and what it was answered. */
final class FakeExchange {
    private final String method;
    private final String path;
    private final String address;
    private final Map<String, List<String>> asked;
    private final Map<String, String> answered = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status = HttpServletResponse.SC_OK;

    /** @param asked the headers, each with its lines */
    FakeExchange(String method, String path, String address, Map<String, List<String>> asked) {
        this.method = method;
        this.path = path;
        this.address = address;
        this.asked = asked;
    }

    HttpServletRequest request() {
        return fake(HttpServletRequest.class, (name, arguments) -> switch (name) {
            case "getMethod" -> method;
            case "getRequestURI", "getServletPath" -> path;
            case "getRemoteAddr" -> address;
            case "getContentLengthLong" -> -1L;
            case "getHeader" -> lines(arguments[0]).stream().findFirst().orElse(null);
            case "getHeaders" -> Collections.enumeration(lines(arguments[0]));
            default -> throw new UnsupportedOperationException(name);
        });
    }

    private List<String> lines(Object header) {
        return asked.getOrDefault((String) header, List.of());
    }

    HttpServletResponse response() {
        return fake(HttpServletResponse.class, (name, arguments) -> switch (name) {
            case "setStatus" -> {
                status = (int) arguments[0];
                yield status;
            }
            case "setHeader" -> answered.put((String) arguments[0], (String) arguments[1]);
            case "setContentType" -> answered.put("Content-Type", (String) arguments[0]);
            case "getOutputStream" -> new Body();
            default -> throw new UnsupportedOperationException(name);
        });
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return answered;
    }

    String body() {
        return body.toString(StandardCharsets.UTF_8);
    }

    private interface Answering {
        Object to(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answering answering) {
        return type.cast(Proxy.newProxyInstance(
                FakeExchange.class.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    Object answer = answering.to(called.getName(), arguments);
                    return called.getReturnType() == void.class ? null : answer;
                }));
    }

    private final class Body extends ServletOutputStream {
        @Override
        public void write(int b) {
            body.write(b);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException("setWriteListener");
        }
    }
}
