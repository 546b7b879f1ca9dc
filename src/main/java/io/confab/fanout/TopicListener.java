package io.confab.fanout;

import java.util.List;

/** Takes what other nodes published. All CDI beans of this type are told. */
interface TopicListener {
    /** Addresses to listen to. */
    List<String> addresses();

    /** Some of the texts that come next belong to commands that are followed: as {@code trace.Followed} wrote it. */
    default void followed(String header) {}

    /** Texts of one message, in the order they were published; on the broker's thread, must not block. */
    void received(List<String> texts);
}
