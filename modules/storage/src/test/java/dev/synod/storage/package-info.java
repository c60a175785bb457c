@org.jspecify.annotations.NullMarked
package dev.synod.storage;
