package io.confab.gateway;

import io.confab.delivery.Connections;
import io.confab.delivery.Socket;
import io.confab.kernel.Caller;
import io.confab.kernel.Clockwork;
import io.confab.kernel.Daemon;
import io.confab.wire.CloseCode;
import io.confab.wire.WireLimits;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What all client sessions of this node share, and the clock that ends those that never say {@code hello} or never end a message. */
@Singleton
public class ClientSessions {
    private static final Duration STOOD_STILL = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration SETTLED = Duration.ofMillis(100);
    /** Longer than a connection is kept for who does not read its close. */
    private static final Duration GUEST_GONE = Duration.ofSeconds(10);

    private final FrameDispatcher dispatcher;
    private final Connections connections;
    private final RateLimits rates;
    private final Guests guests;
    private final WireLimits limits;
    private final GatewaySettings settings;
    private final Faults faults;
    private final Set<ClientSession> live = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor helloTimer;
    private long sweptNanos = System.nanoTime(); // of the timer's thread

    @Inject
    public ClientSessions(
            FrameDispatcher dispatcher,
            Connections connections,
            RateLimits rates,
            Guests guests,
            WireLimits wire,
            GatewaySettings gateway,
            Faults faults) {
        this.dispatcher = dispatcher;
        this.connections = connections;
        this.rates = rates;
        this.guests = guests;
        this.limits = wire;
        this.settings = gateway;
        this.faults = faults;
        this.helloTimer = new ScheduledThreadPoolExecutor(1, Daemon.named("confab-hello-timer"));
        helloTimer.setRemoveOnCancelPolicy(true);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // stopped with the timer
    void start(@Observes Startup startup) {
        Runnable guarded = Clockwork.guarded("sessions", this::sweep);
        helloTimer.scheduleWithFixedDelay(guarded, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Does it a moment from now. Whoever closes a socket or ends a stream while the container is still in its handshake makes
     * Payara give the request back twice (docs/adr/0052).
     */
    void whenSettled(Runnable close) {
        CompletableFuture.delayedExecutor(SETTLED.toMillis(), TimeUnit.MILLISECONDS, helloTimer)
                .execute(close);
    }

    /** Closes a socket that got no caller. Its place is free again, and its connection ended, also when the close is lost. */
    @SuppressWarnings("FutureReturnValueIgnored") // stopped with the timer
    void refuse(Socket socket, CloseCode code, Guests.Place place, Intake intake) {
        whenSettled(() -> connections.refuse(socket, code));
        helloTimer.schedule(
                () -> {
                    intake.abort();
                    place.leave();
                },
                GUEST_GONE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    Guests guests() {
        return guests;
    }

    /** Takes a socket whose token was good. */
    ClientSession open(Socket socket, Caller caller, Intake intake) {
        var session = new ClientSession(
                dispatcher,
                connections.open(faults.around(socket), caller),
                rates.forConnection(),
                new FrameAssembler(limits.maxFrameBytes()),
                intake,
                settings.abuseLimit());
        intake.whenTooMuch(code -> whenSettled(() -> session.close(code)));
        live.add(session);
        if (!connections.hasPlace(session.connection())) {
            whenSettled(() -> session.close(CloseCode.CONNECTION_LIMIT));
            return session;
        }
        startHelloTimeout(session);
        return session;
    }

    private void startHelloTimeout(ClientSession session) {
        Duration wait = settings.helloTimeout();
        long due = System.nanoTime() + wait.toNanos();
        session.endsUnlessGreeted(helloTimer.schedule(
                Clockwork.guarded("sessions", () -> helloIsDue(session, due)), wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** When this timer itself is late, this node stood still: what the client said meanwhile has not been read yet. */
    private void helloIsDue(ClientSession session, long due) {
        if (System.nanoTime() - due > STOOD_STILL.toNanos()) {
            startHelloTimeout(session);
        } else {
            session.helloIsLate();
        }
    }

    /** Its socket has ended. */
    void closed(ClientSession session) {
        live.remove(session);
        session.closed();
    }

    private void sweep() {
        long now = System.nanoTime();
        boolean stoodStill = now - sweptNanos > SWEEP.plus(STOOD_STILL).toNanos();
        sweptNanos = now;
        if (!stoodStill) { // else what came meanwhile has not been read yet
            live.forEach(session -> session.endIfUnfinished(settings.messageTime(), now));
        }
    }

    @PreDestroy
    void stop() {
        helloTimer.shutdownNow();
    }
}
