/** What a run came to: the goals it met, as text, JSON and a page; and two runs compared. */
@NullMarked
package dev.synod.bench.report;

import org.jspecify.annotations.NullMarked;
