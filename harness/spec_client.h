// As client.h, for workloads that run a specification: operations are its transactions by name, and
// inspections.
#pragma once

#include <string>

#include "base/result.h"
#include "cluster/cluster.h"
#include "history/value.h"
#include "spec/program.h"
#include "sut/command.h"
#include "workloads/generator.h"

namespace tribunal::harness {

// A transaction's value is the arguments that the caller chooses, a list (nil: none); of inspect it
// is nil, or :brief to leave out the events.
Result<sut::Command> to_transaction(const workloads::Op& op, const spec::Program& program);

// What is recorded: docs/workloads.md, "spec".
history::Value completed_transaction(const workloads::Op& op, const spec::Program& program,
                                     const cluster::Completion& completion);
// Why it failed: what the completion says, or why the transaction was aborted.
std::string transaction_error(const spec::Program& program, const cluster::Completion& completion);

}  // namespace tribunal::harness
