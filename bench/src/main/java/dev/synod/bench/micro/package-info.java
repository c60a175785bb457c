/** Parts on their own, measured by JMH in processes of their own. */
@NullMarked
package dev.synod.bench.micro;

import org.jspecify.annotations.NullMarked;
