package dev.synod.storage.config;

/** The failure that a durable record survives. */
public enum Durability {
  /** Durable records survive a crash of the machine: each batch is forced to the disk. */
  FSYNC,
  /**
   * Durable records survive a crash of the process, but not of the machine: each batch is written
   * to the operating system and not forced.
   */
  PAGE_CACHE,
  /**
   * Records survive nothing: no file is written. For tests, and for members whose loss is
   * acceptable.
   */
  MEMORY
}
