package io.confab.gateway;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.server.ServerEndpointConfig;

/**
 * Makes the endpoint by CDI on every server (Tyrus does so by itself, others do not). The token and the Origin were looked
 * at before, by {@link HandshakeFilter}.
 */
public class HandshakeConfigurator extends ServerEndpointConfig.Configurator {
    static final String PROTOCOL = "chat.v1.json";

    @Override
    public <T> T getEndpointInstance(Class<T> endpoint) {
        // the container makes the configurator itself, so nothing can be injected into it
        return CDI.current().select(endpoint).get();
    }
}
