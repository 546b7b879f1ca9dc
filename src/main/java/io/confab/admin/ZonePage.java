package io.confab.admin;

import io.confab.moderation.StaffZones;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** In which zone one reads times. */
@Named
@RequestScoped
public class ZonePage {
    @Inject
    private Console console;

    @Inject
    private Staff staff;

    @Inject
    private Door door;

    @Inject
    private Visit visit;

    @Inject
    private ViewerZone viewer;

    private String zone = "";

    @PostConstruct
    void readChosen() {
        zone = viewer.getChosen().map(ZoneId::getId).orElse("");
    }

    public @Nullable String save() {
        ZoneId chosen = StaffZones.named(zone).orElse(null);
        if (chosen == null && !zone.isEmpty()) {
            door.complain("Not changed: there is no such zone.");
            return null;
        }
        console.zones().choose(staff.required().user(), chosen);
        visit.say(
                "From now on you read times " + (chosen == null ? "in the zone of your browser." : "in " + zone + "."),
                true);
        return "/admin/zone?faces-redirect=true";
    }

    /** What the browser says of itself; empty: nothing that is known here. */
    public String getBrowser() {
        return viewer.getBrowser().map(ZoneId::getId).orElse("");
    }

    public List<String> getZones() {
        return ZoneId.getAvailableZoneIds().stream()
                .filter(name -> name.contains("/") || name.equals("UTC"))
                .filter(name -> !name.startsWith("Etc/") && !name.startsWith("SystemV/"))
                .sorted()
                .toList();
    }

    public String getZone() {
        return zone;
    }

    public void setZone(String zone) {
        this.zone = zone;
    }
}
