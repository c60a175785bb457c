package dev.synod.simulation.plan;

/**
 * A step of a run in terms of the specification.
 *
 * @param event a record in TLA+, as the module {@code Trace} reads it
 * @param slot the highest slot it speaks of
 * @param text description for the report of a refused step
 */
public record Step(String event, long slot, String text) {}
