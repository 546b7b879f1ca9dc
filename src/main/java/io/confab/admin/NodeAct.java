package io.confab.admin;

import io.confab.node.NodeView.State;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What an admin can tell nodes to do, by a page of its own; {@link #word()} names it in links. */
public enum NodeAct {
    DRAIN("drain", "Drain node"),
    UNDRAIN("undrain", "Call the drain off"),
    LOG_LEVEL("log_level", "Set a log level"),
    CLOSE_SOCKETS("close_sockets", "Close sockets");

    private final String word;
    private final String title;

    NodeAct(String word, String title) {
        this.word = word;
        this.title = title;
    }

    static Optional<NodeAct> of(String word) {
        return Arrays.stream(values()).filter(act -> act.word.equals(word)).findFirst();
    }

    public String word() {
        return word;
    }

    public String title() {
        return title;
    }

    /** Said in another colour and in words. */
    public boolean harsh() {
        return this == DRAIN || this == CLOSE_SOCKETS;
    }

    /** Done to one node, not to one person's sockets wherever they are. */
    boolean onNode() {
        return this != CLOSE_SOCKETS;
    }

    /** With a node that stands so. */
    static List<NodeAct> possible(State state) {
        return switch (state) {
            case READY, NOT_READY -> List.of(DRAIN, LOG_LEVEL);
            case DRAINING, DRAINED -> List.of(UNDRAIN, LOG_LEVEL);
            case STOPPED, GONE -> List.of();
        };
    }
}
