/** Other systems under the same load, each as its own documentation recommends. */
@NullMarked
package dev.synod.bench.peers;

import org.jspecify.annotations.NullMarked;
