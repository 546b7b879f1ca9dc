package io.confab.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.it.support.ConsolePage;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConsolePagesTest {
    /** Else nobody would know who gets it: ConsoleWalkIT goes to each page of the list as each role. */
    @Test
    void everyPageStandsInTheListThatSaysWhoGetsIt() {
        var listed = new TreeSet<String>();
        ConsolePage.ALL.forEach(page -> listed.add(page.name()));
        listed.add(ConsolePage.ACTS);

        assertThat(ConsolePage.files()).isEqualTo(listed);
    }
}
