package io.confab.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import io.confab.kernel.Json;

/** Whether other people's words stand by themselves on a page, however they are written. */
public final class Isolation {
    /** In every hostile text, and in nothing else. */
    public static final String MARK = "Zorro";
    /** Turns what comes after it, opens what it does not close, and would be markup. */
    public static final String HOSTILE = MARK + "\u202Emoc.live\u2067 \u05E9\u05DC\u05D5\u05DD <i data-evil>& #{1+1}";

    /** Each text that holds the mark, and what is wrong about where it stands. */
    private static final String LOOK = """
            mark => {
              const faults = [];
              let found = 0;
              const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
              for (let text = texts.nextNode(); text; text = texts.nextNode()) {
                const at = text.parentElement;
                if (!text.data.includes(mark) || ["SCRIPT", "STYLE"].includes(at.tagName)) continue;
                found++;
                const own = at.closest("bdi, [dir=auto], option, textarea");
                if (!own) faults.push("not isolated: " + at.outerHTML.slice(0, 300));
                else if (own.querySelector("a, button, input, time, td, li"))
                  faults.push("isolated together with other things: " + own.outerHTML.slice(0, 300));
              }
              for (const evil of document.querySelectorAll("[data-evil]"))
                faults.push("became an element: " + evil.parentElement.outerHTML.slice(0, 300));
              return JSON.stringify({found, faults, turned: document.body.innerText.includes("\\u202E")});
            }""";

    private Isolation() {}

    /** What a page shows of them. @param turned characters that turn the direction stand there as they are */
    public record Seen(int found, boolean turned) {}

    /** Fails with each place where the page lets such a text touch what stands around it. */
    public static Seen assertKept(Page page, String what) {
        JsonNode seen = Json.read((String) page.evaluate(LOOK, MARK));
        assertThat(seen.path("faults"))
                .as("%s keeps others' words to themselves", what)
                .isEmpty();
        return new Seen(seen.path("found").asInt(), seen.path("turned").asBoolean());
    }
}
