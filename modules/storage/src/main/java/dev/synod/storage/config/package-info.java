/**
 * The options of a store: {@link dev.synod.storage.config.StoreOptions} and {@link
 * dev.synod.storage.config.Durability}.
 */
@NullMarked
package dev.synod.storage.config;

import org.jspecify.annotations.NullMarked;
