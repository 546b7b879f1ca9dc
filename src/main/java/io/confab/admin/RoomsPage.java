package io.confab.admin;

import io.confab.moderation.RoomList;
import io.confab.room.RoomKind;
import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** All rooms that are within reach. */
@Named
@ViewScoped
public class RoomsPage implements Serializable {
    private static final long serialVersionUID = 1L;

    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    private String text = "";
    private @Nullable RoomKind kind;
    private SliceModel<RoomList.Row> rows;

    @PostConstruct
    void init() {
        text = door.parameter("text");
        kind = door.parameter("kind", RoomKind.class).orElse(null);
        rows = new SliceModel<>(
                door,
                (offset, limit, order) -> console.rooms()
                        .page(
                                new RoomList.Query(text, kind, sort(order), !isNewestFirst(order)),
                                staff.required().reach(),
                                offset,
                                limit));
    }

    private static RoomList.Sort sort(SliceModel.Order order) {
        return order.field().equals("name") ? RoomList.Sort.NAME : RoomList.Sort.CREATED;
    }

    /** Unless it is sorted otherwise. */
    private static boolean isNewestFirst(SliceModel.Order order) {
        return order.field().isEmpty() || !order.ascending();
    }

    public SliceModel<RoomList.Row> getRows() {
        return rows;
    }

    public String getText() {
        return text;
    }

    public void setText(String text) {
        this.text = text;
    }

    public @Nullable RoomKind getKind() {
        return kind;
    }

    public void setKind(@Nullable RoomKind kind) {
        this.kind = kind;
    }

    public RoomKind[] getKinds() {
        return RoomKind.values();
    }
}
