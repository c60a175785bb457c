/** What the state machine of replicated maps tells: entries, changes and subscriptions. */
@NullMarked
package dev.synod.data.map;

import org.jspecify.annotations.NullMarked;
