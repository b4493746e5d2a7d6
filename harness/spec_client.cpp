#include "harness/spec_client.h"

#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "checker/confluence/recorded.h"
#include "spec/arguments.h"
#include "spec/encoding.h"

namespace tribunal::harness {
namespace {

using history::Value;

Result<std::vector<std::int64_t>> arguments_of(const workloads::Op& op) {
  std::vector<std::int64_t> arguments;
  if (op.value.is_nil()) return arguments;
  if (!op.value.is_sequence()) {
    return fail(
        fmt::format("operation {}: expected a list of arguments, found {}", op.f, op.value.show()));
  }
  for (const Value& item : op.value.items()) {
    if (!item.is_integer()) {
      return fail(fmt::format("operation {}: expected integers, found {}", op.f, op.value.show()));
    }
    arguments.push_back(item.as_integer());
  }
  return arguments;
}

std::vector<std::string> names_of(const spec::Program& program) {
  std::vector<std::string> names{checker::confluence::inspect_name};
  for (const auto& transaction : program.spec().transactions) names.push_back(transaction.name);
  return names;
}

}  // namespace

Result<sut::Command> to_transaction(const workloads::Op& op, const spec::Program& program) {
  sut::Command command;
  if (op.has_key && !op.key.is_integer()) {
    return fail(
        fmt::format("operation {}: expected an integer as the key, found {}", op.f, op.key.show()));
  }
  command.key = op.has_key ? static_cast<std::uint64_t>(op.key.as_integer()) : 0;
  if (op.f == checker::confluence::inspect_name) {
    command.kind = sut::CommandKind::inspect;
    command.a = op.value.is_nil() ? 1 : 0;
    return command;
  }
  const auto transaction = program.transaction(op.f);
  if (!transaction) return fail(unknown_name("transaction", op.f, names_of(program)));
  const auto arguments = arguments_of(op);
  if (!arguments) return Failure{arguments.error()};
  const std::size_t wanted =
      spec::chosen_parameters(program.spec().transactions[*transaction]).size();
  const auto packed = spec::pack_arguments(*arguments);
  if (arguments->size() != wanted || !packed) {
    return fail(fmt::format("operation {}: expected {} argument{} from {} to {}, found {}", op.f,
                            wanted, wanted == 1 ? "" : "s", spec::least_argument,
                            spec::greatest_argument, op.value.show()));
  }
  command.kind = sut::CommandKind::transact;
  command.a = *transaction;
  command.b = *packed;
  return command;
}

Value completed_transaction(const workloads::Op& op, const spec::Program& program,
                            const cluster::Completion& completion) {
  if (completion.outcome != cluster::Outcome::ok) return op.value;
  const std::vector<std::int64_t>& answer = completion.reply.elements;
  if (op.f == checker::confluence::inspect_name) {
    const auto inspection = spec::decode_inspection(answer);
    if (!inspection) return op.value;
    return checker::confluence::recorded_inspection(program, *inspection);
  }
  const auto receipt = spec::decode_receipt(answer);
  return receipt ? checker::confluence::recorded_receipt(*receipt) : op.value;
}

std::string transaction_error(const spec::Program& program, const cluster::Completion& completion) {
  if (completion.outcome != cluster::Outcome::fail || !completion.reply.value ||
      completion.reply.status != sut::Status::mismatch) {
    return completion.error;
  }
  const auto refusal = spec::decode_refusal(*completion.reply.value);
  return refusal ? checker::confluence::recorded_refusal(program, *refusal) : completion.error;
}

}  // namespace tribunal::harness
