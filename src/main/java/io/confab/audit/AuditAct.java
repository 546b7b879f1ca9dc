package io.confab.audit;

/** The acts that leave a line in the audit trail: the one list of them. */
public enum AuditAct {
    MESSAGE_DELETED("msg.deleted"),
    MESSAGE_HIDDEN("msg.hidden"),
    MESSAGE_RESTORED("msg.restored"),
    MESSAGES_DELETED("msgs.deleted"),
    PIN_ADDED("pin.added"),
    PIN_REMOVED("pin.removed"),
    WITHHELD_READ("withheld.read"),
    SANCTION_SET("sanction.set"),
    SANCTION_LIFTED("sanction.lifted"),
    MEMBER_JOINED("member.joined"),
    MEMBER_LEFT("member.left"),
    MEMBER_ROLE("member.role"),
    ROOM_UPDATED("room.updated"),
    ROOM_ARCHIVED("room.archived"),
    ROOM_READ("room.read"),
    USER_SUSPEND("user.suspend"),
    USER_UNSUSPEND("user.unsuspend"),
    USER_SIGN_OUT("user.sign_out"),
    USER_ROLE("user.role"),
    FIRST_ADMIN("user.first_admin"),
    FACTOR_SET("factor.set"),
    FACTOR_REMOVED("factor.removed"),
    FACTOR_RULE("policy.second_factor"),
    INVITE_CREATE("invite.create"),
    INVITE_REVOKE("invite.revoke"),
    ROOMS_NEW_EPOCHS("rooms.new_epochs"),
    NODE_DRAIN("node.drain"),
    CASE_DECIDED("case.decided"),
    CASE_REOPENED("case.reopened"),
    NODE_UNDRAIN("node.undrain"),
    NODE_LOG_LEVEL("node.log_level"),
    USER_CLOSE_SOCKETS("user.close_sockets"),
    USER_WARNED("user.warned"),
    USER_UNWARNED("user.unwarned"),
    TEMPLATE_SET("template.set"),
    TEMPLATE_REMOVED("template.removed"),
    DELETION_ORDERED("deletion.ordered"),
    ANNOUNCEMENT_ORDERED("announcement.ordered"),
    JOB_DONE("job.done"),
    JOB_STOPPED("job.stopped"),
    RULE_CREATED("rule.created"),
    RULE_CHANGED("rule.changed"),
    RULE_SWITCHED("rule.switched"),
    RULE_DELETED("rule.deleted"),
    RULE_DRY_RUN("rule.dry_run"),
    PERSON_NOTED("user.noted"),
    FACTOR_CODES("factor.codes"),
    REGISTRATION_RULE("policy.registration"),
    HIDE_RULE("policy.hide_score"),
    RESTORATION_ORDERED("restoration.ordered");

    private final String word;

    AuditAct(String word) {
        this.word = word;
    }

    /** As the trail holds it; never changed, since lines never are. */
    public String word() {
        return word;
    }
}
