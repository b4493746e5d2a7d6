#include "harness/client.h"

#include <vector>

#include <fmt/format.h>

namespace tribunal::harness {
namespace {

Result<std::int64_t> integer_of(const history::Value& value, const std::string& f) {
  if (!value.is_integer()) {
    return fail(fmt::format("operation {}: expected an integer, found {}", f, value.show()));
  }
  return value.as_integer();
}

Result<std::uint64_t> key_of(const workloads::Op& op) {
  if (!op.has_key) return std::uint64_t{0};
  const auto key = integer_of(op.key, op.f);
  if (!key) return Failure{key.error()};
  return static_cast<std::uint64_t>(*key);
}

}  // namespace

Result<sut::Command> to_command(const workloads::Op& op, const std::string& workload) {
  const auto key = key_of(op);
  if (!key) return Failure{key.error()};
  sut::Command command;
  command.key = *key;
  if (op.f == "read") {
    command.kind = workload == "set" ? sut::CommandKind::members : sut::CommandKind::read;
    return command;
  }
  if (op.f == "write" || op.f == "add") {
    const auto value = integer_of(op.value, op.f);
    if (!value) return Failure{value.error()};
    command.kind = op.f == "add" ? sut::CommandKind::add : sut::CommandKind::write;
    command.a = *value;
    return command;
  }
  if (op.f == "cas") {
    if (!op.value.is_sequence() || op.value.items().size() != 2) {
      return fail(fmt::format("operation cas: expected [from to], found {}", op.value.show()));
    }
    const auto from = integer_of(op.value.items()[0], op.f);
    if (!from) return Failure{from.error()};
    const auto to = integer_of(op.value.items()[1], op.f);
    if (!to) return Failure{to.error()};
    command.kind = sut::CommandKind::cas;
    command.a = *from;
    command.b = *to;
    return command;
  }
  return fail(fmt::format("the store knows no operation '{}'", op.f));
}

history::Value completed_value(const workloads::Op& op, const sut::Command& command,
                               const cluster::Completion& completion) {
  if (completion.outcome != cluster::Outcome::ok) return op.value;
  if (command.kind == sut::CommandKind::read) {
    return completion.reply.value ? history::Value::integer(*completion.reply.value)
                                  : history::Value();
  }
  if (command.kind == sut::CommandKind::members) {
    std::vector<history::Value> elements;
    elements.reserve(completion.reply.elements.size());
    for (std::int64_t element : completion.reply.elements) {
      elements.push_back(history::Value::integer(element));
    }
    return history::Value::set(std::move(elements));
  }
  return op.value;
}

}  // namespace tribunal::harness
