package io.confab.admin;

import io.confab.audit.AuditChain;
import io.confab.audit.AuditTrail;
import io.confab.directory.History;
import io.confab.directory.Pins;
import io.confab.identity.AccountActs;
import io.confab.identity.Accounts;
import io.confab.identity.Invites;
import io.confab.identity.RegistrationPolicy;
import io.confab.identity.SecondFactors;
import io.confab.identity.SignIns;
import io.confab.job.Jobs;
import io.confab.job.MessageCount;
import io.confab.log.RoomReader;
import io.confab.moderation.ConfidentialReading;
import io.confab.moderation.InviteList;
import io.confab.moderation.Oversight;
import io.confab.moderation.PeopleLists;
import io.confab.moderation.PersonNotes;
import io.confab.moderation.PersonTimeline;
import io.confab.moderation.RoomActs;
import io.confab.moderation.RoomList;
import io.confab.moderation.RoomMembers;
import io.confab.moderation.SanctionList;
import io.confab.moderation.SignInList;
import io.confab.moderation.StaffZones;
import io.confab.moderation.UserList;
import io.confab.node.DeliveryTrace;
import io.confab.node.NodeOrders;
import io.confab.node.Nodes;
import io.confab.report.CaseList;
import io.confab.report.Claims;
import io.confab.report.Decisions;
import io.confab.report.HidePolicy;
import io.confab.report.ReasonTemplates;
import io.confab.report.Warnings;
import io.confab.rule.DryRuns;
import io.confab.rule.RuleHits;
import io.confab.rule.Rules;
import io.confab.search.MessageSearch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * The entry beans that pages call, behind one proxy: page beans live in the session, where only what can be written to disk
 * may stand, and a proxy can.
 */
@ApplicationScoped
public class Console {
    @Inject
    private UserList users;

    @Inject
    private RoomList rooms;

    @Inject
    private RoomMembers members;

    @Inject
    private RoomActs roomActs;

    @Inject
    private AccountActs accountActs;

    @Inject
    private Accounts accounts;

    @Inject
    private Invites invites;

    @Inject
    private InviteList inviteList;

    @Inject
    private RegistrationPolicy registration;

    @Inject
    private HidePolicy hiding;

    @Inject
    private SignIns signIns;

    @Inject
    private History history;

    @Inject
    private Pins pins;

    @Inject
    private RoomReader reader;

    @Inject
    private AuditTrail audit;

    @Inject
    private AuditChain auditChain;

    @Inject
    private Oversight oversight;

    @Inject
    private ConfidentialReading reading;

    @Inject
    private MessageSearch search;

    @Inject
    private CaseList cases;

    @Inject
    private Claims claims;

    @Inject
    private Decisions decisions;

    @Inject
    private ReasonTemplates templates;

    @Inject
    private Warnings warnings;

    @Inject
    private SecondFactors factors;

    @Inject
    private Nodes nodes;

    @Inject
    private NodeOrders nodeOrders;

    @Inject
    private DeliveryTrace deliveryTrace;

    @Inject
    private SignInList signInList;

    @Inject
    private Jobs jobs;

    @Inject
    private MessageCount messageCount;

    @Inject
    private Rules rules;

    @Inject
    private RuleHits ruleHits;

    @Inject
    private DryRuns dryRuns;

    @Inject
    private SanctionList sanctions;

    @Inject
    private PersonNotes notes;

    @Inject
    private PersonTimeline timeline;

    @Inject
    private PeopleLists peopleLists;

    @Inject
    private StaffZones zones;

    public UserList users() {
        return users;
    }

    public RoomList rooms() {
        return rooms;
    }

    public RoomMembers members() {
        return members;
    }

    public Pins pins() {
        return pins;
    }

    public RoomActs roomActs() {
        return roomActs;
    }

    public AccountActs accountActs() {
        return accountActs;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Invites invites() {
        return invites;
    }

    public InviteList inviteList() {
        return inviteList;
    }

    public RegistrationPolicy registration() {
        return registration;
    }

    public HidePolicy hiding() {
        return hiding;
    }

    public SignIns signIns() {
        return signIns;
    }

    public History history() {
        return history;
    }

    public RoomReader reader() {
        return reader;
    }

    public Oversight oversight() {
        return oversight;
    }

    public AuditChain auditChain() {
        return auditChain;
    }

    public AuditTrail audit() {
        return audit;
    }

    public ConfidentialReading reading() {
        return reading;
    }

    public MessageSearch search() {
        return search;
    }

    public CaseList cases() {
        return cases;
    }

    public Claims claims() {
        return claims;
    }

    public Warnings warnings() {
        return warnings;
    }

    public ReasonTemplates templates() {
        return templates;
    }

    public Decisions decisions() {
        return decisions;
    }

    public SecondFactors factors() {
        return factors;
    }

    public Nodes nodes() {
        return nodes;
    }

    public NodeOrders nodeOrders() {
        return nodeOrders;
    }

    public DeliveryTrace deliveryTrace() {
        return deliveryTrace;
    }

    public SignInList signInList() {
        return signInList;
    }

    public Jobs jobs() {
        return jobs;
    }

    public MessageCount messageCount() {
        return messageCount;
    }

    public Rules rules() {
        return rules;
    }

    public RuleHits ruleHits() {
        return ruleHits;
    }

    public DryRuns dryRuns() {
        return dryRuns;
    }

    public SanctionList sanctions() {
        return sanctions;
    }

    public PersonNotes notes() {
        return notes;
    }

    public PersonTimeline timeline() {
        return timeline;
    }

    public PeopleLists peopleLists() {
        return peopleLists;
    }

    public StaffZones zones() {
        return zones;
    }
}
