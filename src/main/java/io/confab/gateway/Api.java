package io.confab.gateway;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The HTTP API under {@code /api/v1} (docs/protocol/v1.md section 1). Every class with {@code @Path} here belongs to it. */
@ApplicationPath("/api/v1")
public class Api extends Application {}
