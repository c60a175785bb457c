package dev.synod.simulation.plan;

/**
 * A step of a run as the specification sees it.
 *
 * @param event a record in TLA+, as the module {@code Trace} reads it
 * @param slot the highest slot it speaks of
 * @param text for whoever reads why it was refused
 */
public record Step(String event, long slot, String text) {}
