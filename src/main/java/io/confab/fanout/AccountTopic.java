package io.confab.fanout;

import io.confab.identity.AccountChanged;
import io.confab.identity.SignInEnded;
import io.confab.identity.UserSuspended;
import io.confab.kernel.Json;
import io.confab.kernel.UserId;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Says on all nodes that an account changed, so that its sockets are looked at at once. The text names the account only:
 * {@code {"user":"u_1"}}; how it stands is read from the database.
 */
@Singleton
public class AccountTopic implements TopicListener {
    private final Broker broker;
    private final AccountWatch watch;

    @Inject
    public AccountTopic(Broker broker, AccountWatch watch) {
        this.broker = broker;
        this.watch = watch;
    }

    void changed(@Observes AccountChanged event) {
        tell(event.user());
    }

    void ended(@Observes SignInEnded event) {
        watch.ended(event.user(), event.signIn());
    }

    void suspended(@Observes UserSuspended event) {
        watch.suspended(event.user());
    }

    @Override
    public List<String> addresses() {
        return List.of(Topics.ACCOUNTS);
    }

    @Override
    public void received(List<String> texts) {
        for (String text : texts) {
            watch.changed(new UserId(Json.read(text).path("user").asText()));
        }
    }

    private void tell(UserId user) {
        watch.changed(user);
        String text = Json.write(Json.object().put("user", user.value()));
        broker.publish(Topics.ACCOUNTS, 1, text.length(), () -> List.of(text));
    }
}
