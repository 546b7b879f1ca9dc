package io.confab.identity;

import com.nimbusds.jose.jwk.ECKey;

/** One row of {@code signing_key}, opened. */
record SigningKey(int generation, String kid, ECKey key, long createdAtMillis, long signsFromMillis) {
    @Override
    public String toString() {
        return "SigningKey[" + generation + ", " + kid + "]"; // never the key
    }
}
