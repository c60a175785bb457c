package dev.synod.core.message;

/**
 * A value at a slot, with the ballot it was accepted at there, or chosen at.
 *
 * @param slot counts from 1
 */
public record Entry(long slot, Ballot ballot, Value value) {}
