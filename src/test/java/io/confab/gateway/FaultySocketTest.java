package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confab.delivery.Socket;
import io.confab.gateway.FaultSettings.Fault;
import io.confab.wire.WireFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultySocketTest {
    private static final String OK = WireFixtures.text("out.ok");
    private static final String ERR = WireFixtures.text("out.err.forbidden");
    private static final String FIRST = WireFixtures.text("event.msg.new.plain");
    private static final String SECOND = FIRST.replace("43", "44");

    private final ExecutorService timer = Executors.newSingleThreadExecutor();
    private final Recorder recorder = new Recorder();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    /** Keeps what is written; a write ends when it is told to. */
    private static final class Recorder implements Socket {
        private final List<String> texts = new ArrayList<>();
        private final List<Runnable> unfinished = new ArrayList<>();
        private boolean endsAtOnce = true;
        private int closedWith;
        private int pings;

        @Override
        public synchronized void send(String text, Runnable whenSent, Consumer<Throwable> whenFailed) {
            texts.add(text);
            if (endsAtOnce) {
                whenSent.run();
            } else {
                unfinished.add(whenSent);
            }
        }

        synchronized List<String> texts() {
            return List.copyOf(texts);
        }

        synchronized Runnable takeUnfinished() {
            return unfinished.removeFirst();
        }

        @Override
        public void ping() {
            pings++;
        }

        @Override
        public void close(int code, String reason) {
            closedWith = code;
        }

        @Override
        public boolean open() {
            return closedWith == 0;
        }
    }

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    private Socket with(Fault fault, double chance) {
        return new FaultySocket(recorder, new FaultSettings(Map.of(fault, chance), 1), 1, timer);
    }

    private void send(Socket socket, String... frames) {
        String text = frames.length == 1 ? frames[0] : "[" + String.join(",", frames) + "]";
        socket.send(text, sent::incrementAndGet, failure -> failed.incrementAndGet());
    }

    @Test
    void whereNoFaultIsSetTheSocketIsTheSocketItself() {
        var faults = new Faults(new FaultSettings(Map.of(), 1));

        assertThat(faults.around(recorder)).isSameAs(recorder);
    }

    @Test
    void theAnswerToACommandIsLostAndARefusalIsNot() {
        Socket socket = with(Fault.DROP_OK, 1);
        send(socket, OK);
        send(socket, ERR, OK);

        assertThat(recorder.texts()).containsExactly(ERR);
        assertThat(sent).hasValue(2);
    }

    @Test
    void anEventComesTwiceAndAnAnswerOnce() {
        send(with(Fault.DOUBLE_EVENT, 1), FIRST, OK);

        assertThat(recorder.texts()).containsExactly("[" + FIRST + "," + FIRST + "," + OK + "]");
    }

    @Test
    void anEventComesAfterWhatFollowsIt() {
        Socket socket = with(Fault.REORDER, 1);
        send(socket, FIRST, SECOND);
        send(socket, FIRST);
        send(socket, OK);

        assertThat(recorder.texts()).containsExactly("[" + SECOND + "," + FIRST + "]", "[" + OK + "," + FIRST + "]");
        assertThat(sent).hasValue(3);
    }

    @Test
    void anEventThatNothingFollowsComesLate() {
        send(with(Fault.REORDER, 1), FIRST);

        assertThat(recorder.texts()).isEmpty();
        await().until(() -> recorder.texts().equals(List.of(FIRST)));
    }

    @Test
    void whatComesLateWaitsForTheWriteThatIsGoingOn() {
        Socket socket = with(Fault.REORDER, 1);
        send(socket, FIRST);
        recorder.endsAtOnce = false;
        await().until(() -> recorder.texts().size() == 1); // what was held is being written
        send(socket, OK);

        assertThat(recorder.texts()).containsExactly(FIRST);
        assertThat(sent).hasValue(1);
        recorder.takeUnfinished().run();
        assertThat(recorder.texts()).containsExactly(FIRST, OK);
        recorder.takeUnfinished().run();
        assertThat(sent).hasValue(2);
    }

    @Test
    void aWriteComesLateAndInOrder() {
        send(with(Fault.DELAY, 1), FIRST);

        assertThat(sent).hasValue(0);
        await().until(() -> sent.get() == 1);
        assertThat(recorder.texts()).containsExactly(FIRST);
    }

    @Test
    void aConnectionIsClosedWithACodeThatSaysComeBack() {
        Socket socket = with(Fault.CLOSE, 1);
        send(socket, FIRST);

        assertThat(recorder.closedWith).isBetween(4300, 4499);
        assertThat(recorder.texts()).isEmpty();
        assertThat(failed).hasValue(1);
        assertThat(socket.open()).isFalse();
    }

    @Test
    void aSilentConnectionStaysOpenAndNothingComesAnyMore() {
        Socket socket = with(Fault.SILENCE, 1);
        send(socket, FIRST);
        socket.ping();

        assertThat(recorder.texts()).isEmpty();
        assertThat(recorder.pings).isZero();
        assertThat(socket.open()).isTrue();
        assertThat(sent).hasValue(1);
    }

    @Test
    void theSameSeedMakesTheSameFaults() {
        for (int round = 0; round < 2; round++) {
            Socket socket = with(Fault.DROP_OK, 0.5);
            for (int i = 0; i < 40; i++) {
                send(socket, OK.replace("42", Integer.toString(100 + i)));
            }
        }
        List<String> texts = recorder.texts();

        assertThat(texts.size()).isBetween(20, 60).isEven();
        assertThat(texts.subList(0, texts.size() / 2)).isEqualTo(texts.subList(texts.size() / 2, texts.size()));
    }
}
