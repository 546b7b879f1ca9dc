package io.confab.badge;

import com.fasterxml.jackson.databind.JsonNode;
import io.confab.kernel.ConnectionId;
import io.confab.kernel.Ids;
import io.confab.kernel.Json;
import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A device that keeps what it was told. */
final class FakeDevice implements Device {
    private final ConnectionId id = new Ids().connection();
    private final UserId user;
    final Set<RoomId> listening = new HashSet<>();
    final List<JsonNode> told = new ArrayList<>();
    boolean slow;
    boolean open = true;

    FakeDevice(UserId user, RoomId... listening) {
        this.user = user;
        this.listening.addAll(List.of(listening));
    }

    @Override
    public ConnectionId id() {
        return id;
    }

    @Override
    public UserId user() {
        return user;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean listens(RoomId room) {
        return listening.contains(room);
    }

    @Override
    public boolean tell(List<String> texts) {
        if (slow) {
            return false;
        }
        texts.forEach(text -> told.add(Json.read(text)));
        return true;
    }

    /** What it was told since the last time: {@code unread/mentions} of each badge, {@code read seq} of each marker. */
    List<String> news() {
        var news = new ArrayList<String>();
        for (JsonNode frame : told) {
            JsonNode d = frame.path("d");
            news.add(
                    frame.path("t").asText().equals("badge")
                            ? d.path("unread").asInt() + "/"
                                    + d.path("mentions").asInt()
                            : "read " + d.path("seq").asLong());
        }
        told.clear();
        return news;
    }
}
