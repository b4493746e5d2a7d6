// SIGINT as a flag: the first asks the program to stop cleanly, the second ends it at once.
#pragma once

namespace tribunal::harness {

void catch_interrupts();
bool interrupted();

}  // namespace tribunal::harness
