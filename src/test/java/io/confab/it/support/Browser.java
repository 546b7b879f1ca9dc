package io.confab.it.support;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A real browser: the installed Chrome or Chromium, driven by Playwright. Windows share nothing. What pages write to the
 * console as errors is kept, so that a test can say there was none.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final Path screenshots;

    private Browser(Path executable) {
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setHeadless(true)
                        .setArgs(FLAGS));
        this.screenshots = Path.of("target", "screenshots");
    }

    public static Browser start() {
        // a page that lost its connection waits up to so long before it tries again
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
        return new Browser(installed()
                .orElseThrow(() -> new IllegalStateException(
                        "the browser tests need Chrome or Chromium: install it (Debian: apt-get install chromium)")));
    }

    private static Optional<Path> installed() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A new window with a profile of its own. */
    public Page window(int width, int height) {
        return window(width, height, "UTC");
    }

    /** Likewise, of a browser in this zone. */
    public Page window(int width, int height, String zone) {
        BrowserContext context = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setTimezoneId(zone));
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            // a connection cut on purpose shows as a network error; everything else is the page's fault
            boolean network =
                    message.text().contains("net::ERR_") || message.text().startsWith("WebSocket connection to");
            if (message.type().equals("error") && !network) {
                errors.add(message.text() + " at " + message.location());
            }
        });
        page.onPageError(errors::add);
        return page;
    }

    /** What pages complained about: scripts that failed, policies that were broken. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** What they complained about since this was asked last. */
    public List<String> takeErrors() {
        List<String> taken = errors();
        errors.removeAll(taken);
        return taken;
    }

    /** Kept under target/screenshots, to be looked at. */
    public void picture(Page page, String name) {
        try {
            Files.createDirectories(screenshots);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(screenshots.resolve(name + ".png"))
                .setAnimations(ScreenshotAnimations.DISABLED));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
