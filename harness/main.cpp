#include "harness/cli.h"

int main(int argc, char** argv) { return tribunal::harness::command_line(argc, argv); }
