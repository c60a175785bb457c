/** Tests of the command line: of its parts, and of whole processes ({@code *IT}). */
@NullMarked
package dev.synod.app;

import org.jspecify.annotations.NullMarked;
