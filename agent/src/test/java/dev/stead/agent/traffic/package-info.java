/// What is kept of the traffic, on a real disk, over days of a clock that the tests move.
@NullMarked
package dev.stead.agent.traffic;

import org.jspecify.annotations.NullMarked;
