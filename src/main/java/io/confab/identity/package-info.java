/**
 * Who is calling: accounts, sign-ins, tokens, keys, suspension, and the Jakarta Security mechanisms that turn a request into a Caller.
 */
@NullMarked
package io.confab.identity;

import org.jspecify.annotations.NullMarked;
