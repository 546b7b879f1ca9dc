package io.confab.delivery;

import io.confab.kernel.Daemon;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** The few named threads of delivery; each room and each connection belongs to one of them. */
@Singleton
public class Lanes {
    private final List<Lane> lanes;

    @Inject
    public Lanes(DeliverySettings settings) {
        lanes = Stream.generate(Lane::new).limit(settings.threads()).toList();
    }

    void start(@Observes Startup startup) {
        start();
    }

    void start() {
        for (int i = 0; i < lanes.size(); i++) {
            Daemon.named("confab-delivery-" + i).newThread(lanes.get(i)).start();
        }
    }

    @PreDestroy
    void stop() {
        lanes.forEach(Lane::stop);
    }

    Lane of(Object key) {
        int hash = key.hashCode();
        return lanes.get(Math.floorMod(hash ^ (hash >>> 16), lanes.size()));
    }
}
