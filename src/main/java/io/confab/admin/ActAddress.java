package io.confab.admin;

import io.confab.identity.Invites;
import io.confab.kernel.Ids;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the address of an act's page means: which act, and on what, by ids (never by a row of a list that may have moved). Each id
 * that its act needs has the form of one; the others may be any text, and are not looked at.
 */
record ActAddress(
        StaffAct act,
        String room,
        String user,
        String signIn,
        String invite,
        @Nullable Long seq) {
    /** Back from a message's act to a page of messages that ends so many events after it. */
    private static final int AROUND = 25;

    private static final Pattern SEQ = Pattern.compile("[1-9][0-9]{0,17}");

    /** Empty: it names no act, or not what the act needs. */
    static Optional<ActAddress> of(UnaryOperator<String> parameters) {
        String number = parameters.apply("seq");
        Long seq = SEQ.matcher(number).matches() ? Long.valueOf(number) : null;
        return StaffAct.of(parameters.apply("do"))
                .map(act -> new ActAddress(
                        act,
                        parameters.apply("room"),
                        parameters.apply("user"),
                        parameters.apply("device"),
                        parameters.apply("invite"),
                        seq))
                .filter(ActAddress::isWhole);
    }

    private boolean isWhole() {
        if (act.onPolicy()) {
            return true;
        }
        if (act.onInvite()) {
            return act == StaffAct.MAKE_INVITE || Invites.isId(invite);
        }
        boolean who = act.onMessage() ? seq != null : Ids.isId(user);
        boolean where = !act.inRoom() || Ids.isId(room);
        boolean device = act != StaffAct.SIGN_OUT || Ids.isId(signIn);
        return who && where && device;
    }

    /** The page that shows what was done. */
    String back() {
        if (act.onPolicy()) {
            return "/admin/factor?faces-redirect=true";
        }
        if (act.onInvite()) {
            return "/admin/invites?faces-redirect=true";
        }
        return act.inRoom()
                ? "/admin/room?faces-redirect=true&id=" + room + (seq == null ? "" : "&before=" + (seq + AROUND))
                : "/admin/user?faces-redirect=true&id=" + user;
    }

    /** Where to without doing anything. */
    String wayOut() {
        if (act.onPolicy()) {
            return "/admin/factor";
        }
        if (act.onInvite()) {
            return "/admin/invites";
        }
        return room.isEmpty() ? "/admin/user?id=" + user : "/admin/room?id=" + room;
    }
}
