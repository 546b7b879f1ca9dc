package io.confab.it.support;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;

/**
 * Makes the pictures of docs/pictures from those that the browser tests took, small enough to be committed: with as few colours
 * as these pages need. Run as a single file, from the root: {@code java src/test/java/io/confab/it/support/Pictures.java
 * overview=console-overview-light …}; what stands behind the sign is the name of a file in target/screenshots.
 */
final class Pictures {
    private static final int COLOURS = 64;
    private static final long MOST_BYTES = 80 * 1024;
    private static final Path FROM = Path.of("target", "screenshots");
    private static final Path TO = Path.of("docs", "pictures");

    private Pictures() {}

    public static void main(String... names) throws IOException {
        Files.createDirectories(TO);
        for (String name : names) {
            String[] sides = name.split("=", 2);
            Path made = TO.resolve(sides[0] + ".png");
            write(reduced(ImageIO.read(FROM.resolve(sides[1] + ".png").toFile())), made);
            if (Files.size(made) > MOST_BYTES) {
                throw new IllegalStateException(made + " has " + Files.size(made) + " bytes");
            }
        }
    }

    /** With the colours that are used most, and for each other the nearest of them. */
    private static BufferedImage reduced(BufferedImage picture) {
        var counts = new HashMap<Integer, Integer>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                counts.merge(picture.getRGB(x, y), 1, Integer::sum);
            }
        }
        List<Integer> palette = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(COLOURS)
                .map(Map.Entry::getKey)
                .toList();
        int[] colours = palette.stream().mapToInt(Integer::intValue).toArray();
        var model = new IndexColorModel(8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
        var reduced =
                new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        var nearest = new HashMap<Integer, Integer>();
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int at = nearest.computeIfAbsent(picture.getRGB(x, y), colour -> nearest(colour, colours));
                reduced.getRaster().setSample(x, y, 0, at);
            }
        }
        return reduced;
    }

    private static int nearest(int colour, int[] palette) {
        int best = 0;
        for (int i = 1; i < palette.length; i++) {
            if (distance(colour, palette[i]) < distance(colour, palette[best])) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int difference = (one >> shift & 0xFF) - (other >> shift & 0xFF);
            sum += difference * difference;
        }
        return sum;
    }

    private static void write(BufferedImage picture, Path to) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("png").next();
        try (var file = Files.newOutputStream(to);
                var out = ImageIO.createImageOutputStream(file)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(0);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), how);
        } finally {
            writer.dispose();
        }
    }
}
