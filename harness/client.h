// Between the workload's operations (f and values, as histories spell them) and the store's
// commands.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/cluster.h"
#include "history/value.h"
#include "sut/command.h"
#include "workloads/generator.h"
#include "workloads/workload.h"

namespace tribunal::harness {

// The command for an operation; an error names an operation that the store does not know.
Result<sut::Command> to_command(const workloads::Op& op, workloads::Reads reads);

// The value of the completion: what was read, or what the operation was asked to do.
history::Value completed_value(const workloads::Op& op, const sut::Command& command,
                               const cluster::Completion& completion);

// What a node holds, as {[:read 0] [7], [:members 1] [2 3], ...}: objects by the command that would
// read them and their key, with their values.
history::Value contents_value(const std::vector<sut::Content>& contents,
                              const std::vector<sut::Content>& elsewhere = {});

}  // namespace tribunal::harness
