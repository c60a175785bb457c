package dev.synod.storage.config;

/** What a record that is called durable survives. */
public enum Durability {
  /** The machine: each batch is forced to the disk before it counts. */
  FSYNC,
  /** The process, not the machine: each batch is handed to the operating system, and not forced. */
  PAGE_CACHE,
  /** Nothing: no file is written. For tests, and for members whose loss is taken into account. */
  MEMORY
}
