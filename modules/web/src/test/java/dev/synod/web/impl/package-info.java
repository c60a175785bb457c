/** The engine of subscriptions, by itself. */
@NullMarked
package dev.synod.web.impl;

import org.jspecify.annotations.NullMarked;
