package io.confab.log;

import io.confab.kernel.RoomId;
import io.confab.kernel.UserId;
import io.confab.room.RoomCommand;
import io.confab.store.StoreFailure;
import io.confab.store.Transactions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells a repeat of a request from another request under the same cid: HMAC-SHA256 over the room and all fields of the
 * command, kept beside the event. Keyed, so that the mac of a deleted text cannot be guessed from likely texts; the key is
 * made once per database. Belongs to one thread.
 */
final class RequestMac {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Mac mac;

    RequestMac(byte[] key) {
        try {
            this.mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is required of every Java platform", e);
        }
    }

    /** The database's key, made at the first call of the first node. */
    static byte[] key(Transactions transactions) {
        for (int attempt = 0; ; attempt++) {
            Optional<byte[]> stored = transactions.read((entities, jdbc) -> stored(jdbc));
            if (stored.isPresent()) {
                return stored.get();
            }
            try {
                return transactions.write((entities, jdbc) -> insert(jdbc));
            } catch (StoreFailure.UniqueViolation | StoreFailure.Conflict e) {
                if (attempt > 2) {
                    throw e;
                }
            }
        }
    }

    private static Optional<byte[]> stored(Connection jdbc) throws SQLException {
        try (var statement = jdbc.prepareStatement("select secret from request_key where id = 1");
                var rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(Base64.getDecoder().decode(rows.getString(1))) : Optional.empty();
        }
    }

    private static byte[] insert(Connection jdbc) throws SQLException {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        try (var statement = jdbc.prepareStatement("insert into request_key (id, secret) values (1, ?)")) {
            statement.setString(1, Base64.getEncoder().encodeToString(key));
            statement.executeUpdate();
        }
        return key;
    }

    String of(RoomId room, RoomCommand command) {
        field(room.value());
        switch (command) {
            case RoomCommand.PostMessage c -> fields("post", c.body().json(), c.replyTo(), c.thread());
            case RoomCommand.Announce c -> fields("announce", c.body().json());
            case RoomCommand.EditMessage c -> fields("edit", c.seq(), c.body().json());
            case RoomCommand.DeleteMessage c -> fields("delete", c.seq(), c.reason());
            case RoomCommand.HideMessage c -> fields(hide(c.over()), c.seq(), c.reason());
            case RoomCommand.RestoreMessage c -> fields("restore", c.seq());
            case RoomCommand.RemoveMessages c -> {
                fields("remove", c.reason());
                c.seqs().forEach(this::field);
            }
            case RoomCommand.ReturnMessage c ->
                fields(c.hidden() ? "return-hidden" : "return", c.seq(), c.takenBy(), c.reason());
            case RoomCommand.PinMessage c -> fields("pin", c.seq());
            case RoomCommand.UnpinMessage c -> fields("unpin", c.seq());
            case RoomCommand.JoinRoom ignored -> fields("join");
            case RoomCommand.LeaveRoom ignored -> fields("leave");
            case RoomCommand.InviteMember c ->
                fields("invite", c.user(), c.role().word());
            case RoomCommand.KickMember c -> fields("kick", c.user(), c.reason());
            case RoomCommand.SetRole c -> fields("role", c.user(), c.role().word());
            case RoomCommand.SetSanction c ->
                fields(
                        c.atLeast() ? "sanction-at-least" : "sanction",
                        c.user(),
                        c.kind().word(),
                        millis(c.until()),
                        c.reason());
            case RoomCommand.LiftSanction c
            when c.ending() == null -> fields("lift", c.user(), c.kind().word());
            case RoomCommand.LiftSanction c ->
                fields("lift-ending", c.user(), c.kind().word(), millis(c.ending()));
            case RoomCommand.UpdateRoom c ->
                fields(
                        "update",
                        c.name(),
                        c.topic(),
                        c.mode() == null ? null : c.mode().word(),
                        millis(c.slowMode()));
            case RoomCommand.ArchiveRoom ignored -> fields("archive");
        }
        return digest();
    }

    String of(RoomCommand.CreateRoom command) {
        fields("create", command.kind().word(), command.name());
        command.members().stream().sorted().map(UserId::value).forEach(this::field);
        return digest();
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : Long.valueOf(instant.toEpochMilli());
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : Long.valueOf(duration.toMillis());
    }

    private void fields(@Nullable Object... values) {
        for (Object value : values) {
            field(value);
        }
    }

    /** Length before content, so that no two lists of fields give the same bytes. */
    private void field(@Nullable Object value) {
        if (value == null) {
            mac.update((byte) 0);
            return;
        }
        byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
        mac.update((byte) 1);
        for (int shift = 24; shift >= 0; shift -= 8) {
            mac.update((byte) (bytes.length >>> shift));
        }
        mac.update(bytes);
    }

    private String digest() {
        return Base64.getEncoder().encodeToString(mac.doFinal());
    }

    private static String hide(RoomCommand.HideMessage.Over over) {
        return switch (over) {
            case NOTHING -> "hide";
            case OTHERS -> "hide-others";
            case DELETED -> "hide-deleted";
        };
    }
}
