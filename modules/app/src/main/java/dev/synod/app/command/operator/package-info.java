/** The commands of operators, which look at a group and change it. */
@NullMarked
package dev.synod.app.command.operator;

import org.jspecify.annotations.NullMarked;
