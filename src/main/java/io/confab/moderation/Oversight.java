package io.confab.moderation;

import io.confab.audit.AuditExport;
import io.confab.audit.AuditTrail;
import io.confab.audit.AuditVerification;
import io.confab.identity.Outcome;
import io.confab.kernel.Refusal;
import io.confab.kernel.ShownSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What auditors and admins do beyond other staff: take the audit trail away and verify it, see every setting. Each is refused with
 * {@code forbidden} to whoever is neither at this moment. Thread-safe.
 */
@Singleton
public class Oversight {
    /** What whoever is neither is told. */
    public static final Refusal NOT_YOURS = new Refusal.Forbidden("only auditors and admins may do this");

    private static final Refusal AT_IT =
            new Refusal.Unavailable("this node verifies the trail for somebody already", Duration.ofSeconds(5));

    private final AuditExport export;
    private final AuditVerification verification;
    private final ShownSettings settings;
    private final StaffDoor door;
    private final Semaphore verifying = new Semaphore(1);

    @Inject
    public Oversight(AuditExport export, AuditVerification verification, ShownSettings settings, StaffDoor door) {
        this.door = door;
        this.settings = settings;
        this.export = export;
        this.verification = verification;
    }

    /**
     * A page of the trail, see {@link AuditExport#page}. Who may is asked anew for each page: a download that takes long ends
     * with the sign-in, the role or the account, whatever was so when it began.
     */
    public Outcome<AuditExport.Page> lines(StaffMember by, AuditTrail.Filter filter, long after, int limit) {
        return door.admit(by.user(), by.signIn(), by.address())
                .map(now -> permitted(now, () -> Outcome.done(export.page(filter, after, limit))))
                .orElse(Outcome.refused(NOT_YOURS));
    }

    /** Whether the trail is as it was sealed, see {@link AuditVerification#verify}; one at a time on this node. */
    public Outcome<AuditVerification.Found> verify(
            StaffMember by, long after, AuditVerification.@Nullable KeptHead kept) {
        return permitted(by, () -> {
            if (!verifying.tryAcquire()) {
                return Outcome.refused(AT_IT);
            }
            try {
                return Outcome.done(verification.verify(after, kept));
            } finally {
                verifying.release();
            }
        });
    }

    /** Every setting of this node, by key, without anything that may be a password. */
    public Outcome<ShownSettings> settings(StaffMember by) {
        return permitted(by, () -> Outcome.done(settings));
    }

    private static <T> Outcome<T> permitted(StaffMember by, Supplier<Outcome<T>> reading) {
        return by.role().oversees() ? reading.get() : Outcome.refused(NOT_YOURS);
    }
}
