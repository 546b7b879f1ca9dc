package io.confab.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.confab.it.support.ApiClient;
import io.confab.it.support.ChatClient;
import io.confab.it.support.ConsoleClient;
import io.confab.it.support.ConsoleStory;
import io.confab.it.support.SharedServer;
import io.confab.kernel.GlobalRole;
import io.confab.kernel.Json;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Overview, nodes, health and sessions, on one node; what goes from node to node: {@code TwoNodesIT}. */
class ConsoleNodesIT extends ConsoleStory {
    private static final Map<String, String> GIVEN = Map.of("act", "act", "act:why", "a test", "act:perform", "do it");

    private static String node() {
        return SharedServer.admin().get("api/v1/nodes").body().at("/nodes/0/id").asText();
    }

    /** What came of the newest order, once it is done. */
    private static Locator newest(Page page) {
        Locator row = page.locator("tbody tr").first();
        assertThat(row.locator(".tag")).hasText("done");
        return row;
    }

    @Test
    void theOverviewShowsEachNodeAndItsFiguresLive() {
        var person = ApiClient.registered(base);
        String room = person.room("public");
        Page page = staff(person, GlobalRole.AUDITOR);
        Locator card = page.locator("#nodes > li");
        assertThat(page.locator("#live")).hasAttribute("data-state", "live");
        assertThat(card).hasCount(1);
        assertThat(card.locator("[data-cell=state]")).hasText("ready");
        assertThat(card.locator("[data-cell=database]")).containsText("up, ");
        assertThat(card.getByRole(AriaRole.LINK)).hasCount(0);
        String before = page.locator("[data-figure=messages]").innerText();

        try (var socket = ChatClient.connect(person, room)) {
            socket.posts(room, "hello");

            assertThat(page.locator("[data-figure=messages]")).not().hasText(before);
            assertThat(page.locator("[data-figure=sendsMost]")).containsText("ms");
            assertThat(card.locator("[data-cell=sockets]")).not().hasText("0");
            long seq = person.post(room, "a report").body().path("seq").asLong();
            var about = Json.object().put("room", room).put("seq", seq).put("type", "spam");
            String waited = page.locator("[data-figure=reportsOpen]").innerText();
            var reporter = ApiClient.registered(base);
            reporter.join(room);
            assertThat(reporter.call("POST", "api/v1/reports", about).status()).isEqualTo(201);
            assertThat(page.locator("[data-figure=reportsOpen]"))
                    .hasText(Integer.toString(Integer.parseInt(waited) + 1));
            assertThat(page.locator("[data-figure=reportsFresh]")).not().hasText("0");
            assertThat(page.locator("[data-bar=reportsFresh]")).not().hasAttribute("width", "0");
            assertThat(page.locator("[data-figure=waitingBytes]")).hasText(Pattern.compile("\\d+"));
            assertThat(page.locator("[data-chart=sockets] polyline"))
                    .hasAttribute("points", Pattern.compile(".*,.* .*"));
        }
        look(page, "overview");
    }

    @Test
    void anAdminSetsALogLevelForAWhileAndSeesWhatCameOfIt() {
        Page page = admin();
        link(page, "Nodes").click();
        assertThat(heading(page, "Nodes").first()).isVisible();

        page.locator("#nodes a[data-act=log_level]").click();
        look(page, "node-log-level");
        page.getByLabel("Logger").fill("org.postgresql");
        page.getByLabel("Reason").fill("late events");
        button(page, "Set a log level").click();
        assertThat(page.locator(".problems")).containsText("begins with io.confab");
        page.getByLabel("Logger").fill("io.confab.node");
        page.getByLabel("Level", new Page.GetByLabelOptions().setExact(true)).selectOption("debug");
        button(page, "Set a log level").click();

        assertThat(page.locator(".notice:visible")).containsText("Ordered.");
        assertThat(newest(page)).containsText("io.confab.node is debug until");
        look(page, "nodes");
        await().untilAsserted(
                        () -> { // the node says so with its next row
                            page.navigate(base + "admin/health");
                            assertThat(page.locator("main").innerText()).contains("io.confab.node is at debug until");
                        });
        page.navigate(base + "admin/audit?target=node");
        assertThat(page.locator("tbody tr").first()).containsText("late events");
    }

    @Test
    void theHealthPageSaysWhatReadinessSaysAndTestsEachNodeStepByStep() {
        Page page = admin();
        link(page, "Health").click();
        assertThat(page.locator("[data-part=database] .tag")).hasText("up");
        assertThat(page.locator("[data-part=drain] .tag")).hasText("no");

        button(page, "Test all nodes").click();

        Locator steps = page.locator("[id$=steps]");
        assertThat(steps).containsText("database: a row written, and on disk");
        assertThat(steps).containsText("broker: connected, and no other node to hear it");
        assertThat(steps.locator(".tag.harsh")).hasCount(0);
        look(page, "health");
        Page auditor = staff(ApiClient.registered(base), GlobalRole.AUDITOR);
        auditor.navigate(base + "admin/health");
        assertThat(auditor.locator("[data-part=database] .tag")).hasText("up");
        assertThat(button(auditor, "Test all nodes")).hasCount(0);
    }

    @Test
    void anAdminFindsSomebodysSocketsAndClosesOneAndAll() {
        var ann = ApiClient.registered(base);
        String room = ann.room("public");
        Page page = admin();
        try (var first = ChatClient.connect(ann, room);
                var second = ChatClient.connect(ann, room)) {
            link(page, "Sessions").click();
            page.getByLabel("Name begins with, or id").fill(ann.username());
            button(page, "Find").click();
            assertThat(page.locator("tbody tr")).hasCount(1);
            page.getByText("Sockets of " + ann.username()).click();
            button(page, "Ask all nodes").click();
            Locator sockets = page.locator("[id$=sockets] li");
            assertThat(sockets).hasCount(2);
            look(page, "sessions");

            sockets.first().getByRole(AriaRole.LINK).click();
            page.getByLabel("Reason").fill("it hangs");
            button(page, "Close sockets").click();
            assertThat(newest(page)).containsText("1 sockets closed");
            page.navigate(base + "admin/node?do=close_sockets&user=" + ann.user());
            look(page, "node-close-sockets");
            page.getByLabel("Reason").fill("all of them");
            button(page, "Close sockets").click();
            assertThat(newest(page)).containsText("1 sockets closed");

            assertThat(first.expectClose()).isEqualTo(4301);
            assertThat(second.expectClose()).isEqualTo(4301);
        }
        page.navigate(base + "admin/sessions?who=" + ann.user());
        page.locator("tbody").getByText("Sign out").click();
        page.getByLabel("Reason").fill("a lost telephone");
        button(page, "Sign out of one device").click();
        assertThat(ann.get("api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void nobodyButAnAdminReachesTheNodesPageOrGivesOrders() {
        String node = node();
        String drain = "node?do=drain&node=" + node;
        ConsoleClient.Page form = adminByHand.get(drain);
        assertThat(form.status()).isEqualTo(200);

        for (GlobalRole role : new GlobalRole[] {GlobalRole.AUDITOR, GlobalRole.MODERATOR}) {
            var person = ApiClient.registered(base);
            adminByHand.give(role, person.user());
            var staff = ConsoleClient.signedIn(base, person.username(), ApiClient.PASSWORD);
            for (String page : new String[] {"nodes", drain, "node?do=log_level&node=" + node}) {
                assertThat(staff.get(page).status()).as("%s %s", role, page).isEqualTo(403);
            }
            assertThat(staff.get("health").status()).isEqualTo(200);
            assertThat(staff.get("sessions?who=" + person.user()).html())
                    .contains(person.username())
                    .doesNotContain("Ask all nodes");
            assertThat(staff.post(drain, form, GIVEN).status()).isIn(302, 403);
            assertThat(person.get("api/v1/nodes").status()).isEqualTo(403);
            assertThat(person.call(
                                    "POST",
                                    "api/v1/nodes/all/orders",
                                    Json.object().put("do", "drain"))
                            .status())
                    .isEqualTo(403);
        }
        var nobody = new ConsoleClient(base);
        for (String page : new String[] {"nodes", "health", "sessions", drain}) {
            assertThat(nobody.get(page).status()).as(page).isEqualTo(303);
        }
        assertThat(nobody.post(drain, form, GIVEN).location()).contains("lost=true");
        assertThat(adminByHand.get("node?do=dance&node=" + node).status()).isEqualTo(404);
        assertThat(adminByHand.get("node?do=drain&node=n_none").status()).isEqualTo(404);
        assertThat(adminByHand.get("node?do=close_sockets&user=u_none").status())
                .isEqualTo(404);
        assertThat(SharedServer.admin().get("api/v1/nodes/orders").body().toString())
                .doesNotContain("\"drain\"");
    }

    @Test
    void aFormThatIsSentTwiceIsOneOrder() {
        String address = "node?do=log_level&node=" + node();
        var fields = new TreeMap<>(GIVEN);
        fields.put("act:logger", "io.confab.badge");
        fields.put("act:level", "INFO");
        fields.put("act:minutes", "10");
        ConsoleClient.Page form = adminByHand.get(address);

        assertThat(adminByHand.post(address, form, fields).status()).isEqualTo(302);
        assertThat(adminByHand.post(address, form, fields).status()).isEqualTo(302);

        assertThat(adminByHand.get("nodes").html()).contains("nothing was done twice");
        await().untilAsserted(() -> assertThat(Pattern.compile("io\\.confab\\.badge is info")
                        .matcher(SharedServer.admin()
                                .get("api/v1/nodes/orders")
                                .body()
                                .toString())
                        .results())
                .hasSize(1));
    }
}
