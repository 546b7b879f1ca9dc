package io.confab.ops;

import io.confab.kernel.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.Map;

/** Shows histograms that a feature keeps by itself, one for each value of a label: Micrometer has no meter for those. */
final class HistogramMeter implements Collector {
    private final String name;
    private final String what;
    private final String label;
    private final Map<String, Histogram> histograms;

    HistogramMeter(String name, String what, String label, Map<String, Histogram> histograms) {
        this.name = name;
        this.what = what;
        this.label = label;
        this.histograms = Map.copyOf(histograms);
    }

    @Override
    public MetricSnapshot collect() {
        var snapshot = HistogramSnapshot.builder().name(name).help(what);
        histograms.forEach((value, histogram) -> snapshot.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(Labels.of(label, value))
                .classicHistogramBuckets(buckets(histogram))
                .sum(histogram.sumSeconds())
                .build()));
        return snapshot.build();
    }

    private static ClassicHistogramBuckets buckets(Histogram histogram) {
        double[] finite = histogram.boundSeconds();
        double[] bounds = Arrays.copyOf(finite, finite.length + 1);
        bounds[finite.length] = Double.POSITIVE_INFINITY;
        return ClassicHistogramBuckets.of(bounds, histogram.counts());
    }
}
